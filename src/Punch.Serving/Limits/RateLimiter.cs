using System.Numerics;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Limits;

/// <summary>
/// Limits how often each network is served, in a table whose size never changes. A network is a /24 of IPv4 or a /56 of IPv6
/// unless told otherwise: see <see cref="NetworkName"/>.
/// <para>
/// Nothing is kept per network: a keyed hash sends it to one bucket in each of two rows, which it shares with the other networks there. It
/// is served while <em>either</em> bucket has a token, and takes one from both. So it never gets more than its limit, and loses service
/// only where both of its buckets are drained by others. Who floods with forged addresses has to drain nearly all buckets, that is send
/// <see cref="RateLimit.PerSecond"/> for each bucket of a row each second (650,000 a second by default), before it hurts an honest network;
/// and even then each datagram, honest or not, has the same chance. Without the key nobody can aim at a network's buckets
/// except by forging that network's own addresses.
/// </para>
/// <para>Pure: the key and the time are arguments. Not for concurrent use: one limiter per receiving thread.</para>
/// </summary>
internal sealed class RateLimiter
{
    /// <summary>Buckets in each row unless told otherwise; 8 bytes each, so 512 KiB in all.</summary>
    public const int DefaultBuckets = 32_768;

    /// <summary>The most buckets a row may have.</summary>
    public const int MaxBuckets = 1 << 24;

    private readonly SipHash _hash;
    private readonly bool _perHost;
    private readonly int _mask;
    private readonly long _ticksPerToken;
    private readonly long _ticksPerBurst;

    // The instant at which the bucket will be full again (the "theoretical arrival time" of a leaky bucket): one number holds both level
    // and time, and past instants all mean a full bucket. Row 0 first, then row 1.
    private readonly long[] _fullAt;

    /// <param name="limit">For each network.</param>
    /// <param name="key">The hash's key, from a secure source.</param>
    /// <param name="buckets">In each row; a power of two up to <see cref="MaxBuckets"/>.</param>
    /// <param name="perHost">Whether a network is a single address of IPv4 or a /64 of IPv6.</param>
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

    /// <summary>Takes a token for the network of this address; false, and nothing taken, when it has none left.</summary>
    public bool TryAcquire(HostAddress source, Instant now)
    {
        ulong hash = _hash.Of(NameOf(source).Word);
        ref long first = ref _fullAt[(int)(hash & (uint)_mask)];
        ref long second = ref _fullAt[_mask + 1 + (int)((hash >> 32) & (uint)_mask)];

        // a bucket has a token when it will be full within (burst - 1) tokens' time
        if (Math.Min(first, second) > now.Ticks + _ticksPerBurst - _ticksPerToken) { return false; }

        Take(ref first, now);
        Take(ref second, now);
        return true;
    }

    /// <summary>Takes one token, or what is left of one.</summary>
    private void Take(ref long fullAt, Instant now) =>
        fullAt = Math.Min(Math.Max(fullAt, now.Ticks) + _ticksPerToken, now.Ticks + _ticksPerBurst);

    private NetworkName NameOf(in HostAddress source) => _perHost ? NetworkName.Of(source) : NetworkName.Of(source).Site;
}
