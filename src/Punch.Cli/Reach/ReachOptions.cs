using Punch.Cli.HandOver;
using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>What <c>punch remote-host</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record ReachOptions
{
    /// <summary>The port of the original program, local and remote.</summary>
    public const ushort DefaultPort = 6311;

    /// <summary>The longest random wait of the original program.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(3);

    /// <summary>The peer, as it was typed.</summary>
    public required RemoteTarget Remote { get; init; }

    /// <summary>The peer's port.</summary>
    public ushort RemotePort { get; init; } = DefaultPort;

    /// <summary>The local port; 0 takes any free one.</summary>
    public ushort LocalPort { get; init; } = DefaultPort;

    /// <summary>The only local address to use; null for every one.</summary>
    public HostAddress? Bind { get; init; }

    /// <summary>Which of the peer's addresses count.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.Any;

    /// <summary>Stop after this many answered messages; null never.</summary>
    public long? Count { get; init; }

    /// <summary>Stop this long after the start at the latest; null never.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The longest random wait between messages; zero floods.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>Pads every message to this many bytes.</summary>
    public int Size { get; init; }

    /// <summary>What counts as success.</summary>
    public Requirement Requirement { get; init; } = Requirement.TwoWay;

    /// <summary>What the path is for.</summary>
    public PathPurpose Purpose { get; init; } = PathPurpose.Messages;

    /// <summary>Whether there are JSON lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the first line and the statistics are printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How often <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }
}
