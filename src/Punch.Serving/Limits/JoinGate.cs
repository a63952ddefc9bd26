using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>How much the gate allows for a join.</summary>
internal enum JoinPass
{
    /// <summary>Nothing: no reply.</summary>
    Dropped,

    /// <summary>Only a challenge: the sender is asked to prove its address.</summary>
    Challenged,

    /// <summary>Everything: the join is decided.</summary>
    Taken,
}

/// <summary>
/// Limits the rate of joins. Joins that prove their address and joins that do not are counted apart. So a flood with forged sources cannot
/// keep honest parties out.
/// <para>
/// A proven join counts for its address. Its network may have ten times as many, so that one neighbour does not shut out the others. An
/// unproven join counts for its network. Above that limit it may still be challenged: a challenge stores nothing and has less than a tenth
/// of the bytes that came. Only the processor needs protection then, so all networks together have one limit.
/// </para>
/// <para>Threads may share it, as they may a <see cref="RateLimiter"/>.</para>
/// </summary>
internal sealed class JoinGate
{
    /// <summary>
    /// Challenges a second to networks over their limit: that many joins are 190 Mbit/s in, and their challenges 15 Mbit/s out.
    /// </summary>
    public const int ChallengesPerSecond = 20_000;

    /// <summary>How many times the limit of one address its network may use.</summary>
    public const int HostsPerNetwork = 10;

    private const int ChallengeBurst = ChallengesPerSecond / 10;

    private readonly RateLimiter _hosts;
    private readonly RateLimiter _networks;
    private readonly RateLimiter _unproven;
    private readonly RateLimiter _challenges;

    /// <param name="limit">The limit for proven joins of an address, and for unproven joins of a network.</param>
    /// <param name="keys">Makes the keys of the hashes.</param>
    public JoinGate(RateLimit limit, KeySource keys)
    {
        var network = new RateLimit(HostsPerNetwork * limit.PerSecond, HostsPerNetwork * limit.Burst);
        _hosts = new RateLimiter(limit, keys.For(KeyPurpose.JoinLimit), perHost: true);
        _networks = new RateLimiter(network, keys.For(KeyPurpose.NetworkJoinLimit));
        _unproven = new RateLimiter(limit, keys.For(KeyPurpose.UnprovenJoinLimit));
        var all = new RateLimit(ChallengesPerSecond, ChallengeBurst);
        _challenges = new RateLimiter(all, keys.For(KeyPurpose.UnprovenJoinLimit), buckets: 1);
    }

    /// <summary>Decides about one join, and counts it.</summary>
    /// <param name="client">The source address.</param>
    /// <param name="isProven">Whether its NONCE proves that address.</param>
    /// <param name="now">The current time.</param>
    public JoinPass Check(in HostAddress client, bool isProven, Instant now)
    {
        if (isProven)
        {
            return _hosts.TryAcquire(client, now) && _networks.TryAcquire(client, now) ? JoinPass.Taken : JoinPass.Dropped;
        }

        if (_unproven.TryAcquire(client, now)) { return JoinPass.Taken; }

        return _challenges.TryAcquire(client, now) ? JoinPass.Challenged : JoinPass.Dropped;
    }
}
