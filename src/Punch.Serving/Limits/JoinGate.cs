using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>What may become of a join.</summary>
internal enum JoinPass
{
    /// <summary>Nothing.</summary>
    Dropped,

    /// <summary>Its sender may be asked to prove its address, and no more.</summary>
    Challenged,

    /// <summary>All of it.</summary>
    Taken,
}

/// <summary>
/// Decides how many joins are taken. Those that prove their address and those that do not are counted apart, so a flood with forged
/// sources costs nobody a seat.
/// <para>
/// A proven join counts for its address, and ten times as many are taken for its network: one neighbour is no reason to refuse the others.
/// An unproven one counts for its network. Above that limit it may still be challenged, since the challenge keeps nothing and has less than
/// a tenth of the bytes that came. What is left to protect is the processor, so there is one limit for all networks together.
/// </para>
/// <para>Not for concurrent use: one for each receiving thread.</para>
/// </summary>
internal sealed class JoinGate
{
    /// <summary>
    /// Challenges a second to networks over their limit: 190 Mbit/s of joins come for that many, and 15 Mbit/s leave.
    /// </summary>
    public const int ChallengesPerSecond = 20_000;

    /// <summary>How many times the joins of one address its network may have.</summary>
    public const int HostsPerNetwork = 10;

    private const int ChallengeBurst = ChallengesPerSecond / 10;

    private readonly RateLimiter _hosts;
    private readonly RateLimiter _networks;
    private readonly RateLimiter _unproven;
    private TokenBucket _challenges = new(ChallengeBurst, ChallengesPerSecond);

    /// <param name="limit">Proven joins of an address, and unproven ones of a network.</param>
    /// <param name="keys">Makes the keys of the hashes.</param>
    public JoinGate(RateLimit limit, KeySource keys)
    {
        var network = new RateLimit(HostsPerNetwork * limit.PerSecond, HostsPerNetwork * limit.Burst);
        _hosts = new RateLimiter(limit, keys.For(KeyPurpose.JoinLimit), perHost: true);
        _networks = new RateLimiter(network, keys.For(KeyPurpose.NetworkJoinLimit));
        _unproven = new RateLimiter(limit, keys.For(KeyPurpose.UnprovenJoinLimit));
    }

    /// <summary>Decides about one join, and counts it.</summary>
    /// <param name="client">Where it seems to come from.</param>
    /// <param name="isProven">Whether its NONCE proves that.</param>
    /// <param name="now">When.</param>
    public JoinPass Check(in HostAddress client, bool isProven, Instant now)
    {
        if (isProven)
        {
            return _hosts.TryAcquire(client, now) && _networks.TryAcquire(client, now) ? JoinPass.Taken : JoinPass.Dropped;
        }

        if (_unproven.TryAcquire(client, now)) { return JoinPass.Taken; }

        return _challenges.TrySpend(now) ? JoinPass.Challenged : JoinPass.Dropped;
    }
}
