namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Says when a number is left out on purpose, so that a peer that acknowledges what it did not get is found out (RFC 9000 §21.4). The gaps
/// are random, and of all sizes: a short transfer has one, too, and a long one has few.
/// </summary>
internal sealed class NumberSkips(ulong seed)
{
    /// <summary>The shortest way to the next one.</summary>
    public const int Shortest = 1 << ShortestPower;

    /// <summary>The longest one.</summary>
    public const int Longest = (1 << LongestPower) - 1;

    private const int ShortestPower = 6;
    private const int LongestPower = 16;

    private SplitMix64 _random = new(seed);
    private ulong _next;

    /// <summary>A new row of numbers begins with this one.</summary>
    public void Begin(ulong number)
    {
        int size = 1 << (ShortestPower + _random.NextInt(LongestPower - ShortestPower));
        _next = number + (ulong)(size + _random.NextInt(size));
    }

    /// <summary>Whether this number is left out. Then the next ones are not, for a while.</summary>
    public bool Take(ulong number)
    {
        if (number < _next) { return false; }

        Begin(number);
        return true;
    }
}
