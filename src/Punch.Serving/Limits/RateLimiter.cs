using System.Numerics;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Limits;

/// <summary>
/// Limits how often each network is served, in a table of constant size. A network is a /24 of IPv4 or a /56 of IPv6 unless the constructor
/// says otherwise: see <see cref="NetworkName"/>.
/// <para>
/// Nothing is stored per network. A keyed hash selects one bucket in each of two rows; other networks share these buckets. The network is
/// served while <em>either</em> bucket has a token, and takes one from both. So it never gets more than its limit, and loses service only
/// if others empty both of its buckets. A flood with forged addresses must empty nearly all buckets to hurt an honest network. That takes
/// <see cref="RateLimit.PerSecond"/> datagrams a second for each bucket of a row (650,000 a second by default). Even then each datagram,
/// honest or not, has the same chance. Without the key, an attacker can aim at a network's buckets only by forging addresses of that
/// network.
/// </para>
/// <para>
/// The key and the time are arguments. Threads may share a limiter: if two ask for a network at the very same moment, it may be served once
/// more than its limit says.
/// </para>
/// </summary>
internal sealed class RateLimiter
{
    /// <summary>The default number of buckets in each row. Each has 8 bytes, so both rows have 512 KiB.</summary>
    public const int DefaultBuckets = 32_768;

    /// <summary>The most buckets a row may have.</summary>
    public const int MaxBuckets = 1 << 24;

    private readonly SipHash _hash;
    private readonly bool _perHost;
    private readonly int _mask;
    private readonly long _ticksPerToken;
    private readonly long _ticksPerBurst;

    // The instant at which the bucket will be full again (the "theoretical arrival time" of a leaky bucket). One number holds both level
    // and time, and every past instant means a full bucket. Row 0 comes first, then row 1.
    private readonly long[] _fullAt;

    /// <param name="limit">The limit of each network.</param>
    /// <param name="key">The key of the hash, from a secure source.</param>
    /// <param name="buckets">The number of buckets in each row; a power of two up to <see cref="MaxBuckets"/>.</param>
    /// <param name="perHost">Whether a network is a single IPv4 address or a /64 of IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RateLimiter(RateLimit limit, (ulong First, ulong Second) key, int buckets = DefaultBuckets, bool perHost = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit.PerSecond, 1, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfLessThan(limit.Burst, 1, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buckets, MaxBuckets);
        if (!BitOperations.IsPow2(buckets))
        {
            throw new ArgumentOutOfRangeException(nameof(buckets), "a row has a power of two of buckets");
        }

        _hash = new SipHash(key.First, key.Second);
        _perHost = perHost;
        _mask = buckets - 1;
        _ticksPerToken = TimeSpan.TicksPerSecond / limit.PerSecond;
        _ticksPerBurst = _ticksPerToken * limit.Burst;
        _fullAt = new long[2 * buckets];
        Array.Fill(_fullAt, long.MinValue);
    }

    /// <summary>Takes a token for the network of this address; false, with nothing taken, if it has none left.</summary>
    public bool TryAcquire(HostAddress source, Instant now)
    {
        if (!HasToken(source, now)) { return false; }

        (int first, int second) = BucketsOf(source);
        Take(ref _fullAt[first], now);
        Take(ref _fullAt[second], now);
        return true;
    }

    /// <summary>Whether the network of this address has a token left. Nothing is taken.</summary>
    public bool HasToken(HostAddress source, Instant now)
    {
        (int first, int second) = BucketsOf(source);

        // a bucket has a token when it will be full within (burst - 1) tokens' time
        long fullAt = Math.Min(Volatile.Read(ref _fullAt[first]), Volatile.Read(ref _fullAt[second]));
        return fullAt <= now.Ticks + _ticksPerBurst - _ticksPerToken;
    }

    private (int First, int Second) BucketsOf(in HostAddress source)
    {
        ulong hash = _hash.Of(NameOf(source).Word);
        return ((int)(hash & (uint)_mask), _mask + 1 + (int)((hash >> 32) & (uint)_mask));
    }

    /// <summary>Takes one token, or the rest of one.</summary>
    private void Take(ref long fullAt, Instant now)
    {
        long next = Math.Max(Volatile.Read(ref fullAt), now.Ticks) + _ticksPerToken;
        Volatile.Write(ref fullAt, Math.Min(next, now.Ticks + _ticksPerBurst));
    }

    private NetworkName NameOf(in HostAddress source) => _perHost ? NetworkName.Of(source) : NetworkName.Of(source).Site;
}
