using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>The kinds of <see cref="DiscoveryEvent"/>.</summary>
public enum DiscoveryEventKind
{
    /// <summary>A server answered.</summary>
    ServerAnswered,

    /// <summary>A server refused a plain request.</summary>
    ServerRefused,

    /// <summary>A server was given up: something came from it, but no usable reply.</summary>
    ServerUnusable,

    /// <summary>A server was given up: nothing came.</summary>
    ServerSilent,

    /// <summary>The tests with one server begin.</summary>
    TestsBegan,

    /// <summary>A mapping was still alive after <see cref="DiscoveryEvent.Waited"/> without traffic.</summary>
    MappingAlive,

    /// <summary>A mapping was gone after <see cref="DiscoveryEvent.Waited"/> without traffic.</summary>
    MappingDead,

    /// <summary>Everything is done, and <see cref="NatDiscovery.Report"/> is set. No event follows.</summary>
    Completed,
}

/// <summary>An event of a <see cref="NatDiscovery"/>.</summary>
public readonly record struct DiscoveryEvent
{
    /// <summary>The kind of event.</summary>
    public required DiscoveryEventKind Kind { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The server that the event is about; default for <see cref="DiscoveryEventKind.Completed"/>.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>The address that the server sees; for ServerAnswered.</summary>
    public TransportAddress? Mapped { get; init; }

    /// <summary>An upper bound of the round trip; for ServerAnswered.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>What came instead of a reply; for ServerRefused and ServerUnusable.</summary>
    public UnusableReply? Unusable { get; init; }

    /// <summary>How long the mapping had no traffic; for MappingAlive and MappingDead.</summary>
    public TimeSpan? Waited { get; init; }
}
