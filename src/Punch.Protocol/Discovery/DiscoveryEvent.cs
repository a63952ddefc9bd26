using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>The kinds of <see cref="DiscoveryEvent"/>.</summary>
public enum DiscoveryEventKind
{
    /// <summary>A server answered.</summary>
    ServerAnswered,

    /// <summary>A server refused a plain request.</summary>
    ServerRefused,

    /// <summary>A server was given up on: something came from it, and nothing usable.</summary>
    ServerUnusable,

    /// <summary>A server was given up on: nothing came.</summary>
    ServerSilent,

    /// <summary>The tests towards one server begin.</summary>
    TestsBegan,

    /// <summary>A mapping was found alive after it was left alone for <see cref="DiscoveryEvent.Waited"/>.</summary>
    MappingAlive,

    /// <summary>A mapping was found dead after it was left alone for <see cref="DiscoveryEvent.Waited"/>.</summary>
    MappingDead,

    /// <summary>All is done: <see cref="NatDiscovery.Report"/> is there. Nothing follows.</summary>
    Completed,
}

/// <summary>An event of a <see cref="NatDiscovery"/>.</summary>
public readonly record struct DiscoveryEvent
{
    /// <summary>Which event this is.</summary>
    public required DiscoveryEventKind Kind { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The server it is about; default for <see cref="DiscoveryEventKind.Completed"/>.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>The address the server sees; for ServerAnswered.</summary>
    public TransportAddress? Mapped { get; init; }

    /// <summary>The round trip, at most; for ServerAnswered.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>What came instead of an answer; for ServerRefused and ServerUnusable.</summary>
    public UnusableReply? Unusable { get; init; }

    /// <summary>How long a mapping was left alone; for MappingAlive and MappingDead.</summary>
    public TimeSpan? Waited { get; init; }
}
