using Punch.Cli.Parsing;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>What <c>punch remote-host</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record ReachOptions : SessionOptions
{
    /// <summary>The port of the original program, local and remote.</summary>
    public const ushort DefaultPort = 6311;

    /// <summary>The defaults, but for the peer.</summary>
    public ReachOptions() => LocalPort = DefaultPort;

    /// <summary>The peer, as it was typed.</summary>
    public required RemoteTarget Remote { get; init; }

    /// <summary>The peer's port.</summary>
    public ushort RemotePort { get; init; } = DefaultPort;

    /// <summary>What counts as success.</summary>
    public Requirement Requirement { get; init; } = Requirement.TwoWay;
}
