namespace Punch.Tests.Streams.Session;

/// <summary>What a simulated line between two stream sessions does to packets.</summary>
internal sealed record StreamLink
{
    /// <summary>The time that a packet takes one way.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Up to this much more, so that packets overtake each other.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of packets that are lost.</summary>
    public double Loss { get; init; }

    /// <summary>The share of packets that come twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Frames of other kinds for each packet.</summary>
    public double OtherFrames { get; init; }

    /// <summary>Bytes a second; 0 for no limit.</summary>
    public double Rate { get; init; }

    /// <summary>Bytes that wait when the rate is used up.</summary>
    public int Queue { get; init; } = 64 << 10;

    /// <summary>The largest datagram that passes, at a time.</summary>
    public Func<Instant, int> Mtu { get; init; } = _ => 65_535;

    /// <summary>Whether nothing passes at a time.</summary>
    public Func<Instant, bool> IsDown { get; init; } = _ => false;

    /// <summary>Whether a packet is lost, by its direction (0 from the first side) and its place among all that this direction sent.</summary>
    public Func<int, int, bool> Loses { get; init; } = (_, _) => false;
}
