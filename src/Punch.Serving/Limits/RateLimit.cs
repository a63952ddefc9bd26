namespace Punch.Serving.Limits;

/// <summary>The two numbers of a token bucket.</summary>
/// <param name="PerSecond">Tokens that return each second, at least 1.</param>
/// <param name="Burst">Tokens in a full bucket, at least 1.</param>
public readonly record struct RateLimit(int PerSecond, int Burst)
{
    /// <summary>The limit for STUN: a household behind one address may run many tests at once, each of a few dozen requests.</summary>
    public static readonly RateLimit Stun = new(PerSecond: 20, Burst: 50);

    /// <summary>
    /// The limit for joins. A party that starts sends four to ten of them over each family within three seconds (challenge, join,
    /// retransmissions, the same from a fresh port), then one every 15 s. So ten parties may start at once behind one address and two a
    /// second from then on, or 300 may wait.
    /// </summary>
    public static readonly RateLimit Join = new(PerSecond: 20, Burst: 100);

    /// <summary>The limit for refusals: a correct client gets few.</summary>
    public static readonly RateLimit Error = new(PerSecond: 10, Burst: 10);

    /// <summary>The limit for wrong passwords: a client asks a few times before it tells its user.</summary>
    public static readonly RateLimit Guess = new(PerSecond: 1, Burst: 20);
}
