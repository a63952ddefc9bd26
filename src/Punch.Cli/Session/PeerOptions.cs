using Punch.Cli.HandOver;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>What a command that opens a path was asked to do; parsed once, never checked again.</summary>
internal sealed record PeerOptions
{
    /// <summary>The port of the original program, local and remote.</summary>
    public const ushort DefaultPort = 6311;

    /// <summary>The longest random wait of the original program.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(3);

    /// <summary>Whom to reach.</summary>
    public required PeerTarget Target { get; init; }

    /// <summary>The local port; 0 takes any free one.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>The only local address to use; null for every one.</summary>
    public HostAddress? Bind { get; init; }

    /// <summary>Which families to use.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.Any;

    /// <summary>Whether the path is a TCP connection, and not UDP.</summary>
    public bool UsesTcp { get; init; }

    /// <summary>Stop after this many answered messages; null never.</summary>
    public long? Count { get; init; }

    /// <summary>Stop this long after the start at the latest; null never.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The longest random wait between messages; zero floods.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>Pads every message to this many bytes.</summary>
    public int Size { get; init; }

    /// <summary>The largest datagram of a stream, in bytes of UDP payload.</summary>
    public int MaxDatagram { get; init; } = SessionOptions.MaxSize;

    /// <summary>Whether private addresses of the peer are tried wherever they are; for a meeting.</summary>
    public bool TriesPrivate { get; init; }

    /// <summary>What the path is for.</summary>
    public PathPurpose Purpose { get; init; } = PathPurpose.Messages;

    /// <summary>What counts as success.</summary>
    public Requirement Requirement { get; init; } = Requirement.TwoWay;

    /// <summary>How often the use of the path is reported; null for not before the end.</summary>
    public TimeSpan? Report { get; init; }

    /// <summary>Whether there are JSON lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the first lines and the statistics are printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How often <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }
}
