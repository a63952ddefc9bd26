namespace Punch.Serving.Limits;

/// <summary>A token bucket's two numbers.</summary>
/// <param name="PerSecond">Tokens that come back each second, at least 1.</param>
/// <param name="Burst">Tokens a full bucket holds, at least 1.</param>
public readonly record struct RateLimit(int PerSecond, int Burst)
{
    /// <summary>STUN: a household behind one address runs many tests at once, each of a few dozen requests.</summary>
    public static readonly RateLimit Stun = new(PerSecond: 20, Burst: 50);

    /// <summary>
    /// Joins: a party that starts sends four to ten of them over each family within three seconds (challenge, join, retransmissions, the
    /// same from a fresh port), then one every 15 s. So ten may start at once behind one address and two a second from then on, or 300
    /// wait.
    /// </summary>
    public static readonly RateLimit Join = new(PerSecond: 20, Burst: 100);

    /// <summary>Refusals: a correct client gets few.</summary>
    public static readonly RateLimit Error = new(PerSecond: 10, Burst: 10);
}
