using Punch.Cli.HandOver;
using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Meeting;

namespace Punch.Cli.Meet;

/// <summary>What <c>punch meet</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record MeetOptions
{
    /// <summary>The code that both sides share; null to make one.</summary>
    public MeetingCode? Code { get; init; }

    /// <summary>The server that introduces the two sides.</summary>
    public required RemoteTarget Server { get; init; }

    /// <summary>The server as it was typed: so the other side types it, too.</summary>
    public required string ServerWord { get; init; }

    /// <summary>The local port; 0 takes any free one.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>The only local address to use; null for every one.</summary>
    public HostAddress? Bind { get; init; }

    /// <summary>Which families to use.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.Any;

    /// <summary>Stop after this many answered messages; null never.</summary>
    public long? Count { get; init; }

    /// <summary>Stop this long after the start at the latest; null never.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The longest random wait between messages; zero floods.</summary>
    public TimeSpan Interval { get; init; } = ReachOptions.DefaultInterval;

    /// <summary>Pads every message to this many bytes.</summary>
    public int Size { get; init; }

    /// <summary>What the path is for.</summary>
    public PathPurpose Purpose { get; init; } = PathPurpose.Messages;

    /// <summary>Whether stdout carries JSON lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only what is needed and the statistics are printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How often <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }

    /// <summary>The presenters of a session see it like any other.</summary>
    public ReachOptions ForSession => new() { Remote = Server, Bind = Bind, Purpose = Purpose, IsJson = IsJson, IsQuiet = IsQuiet, Verbosity = Verbosity };
}

/// <summary>What a command line asks for.</summary>
internal abstract record MeetRequest
{
    private MeetRequest() { }

    /// <summary>Print the help.</summary>
    internal sealed record Help : MeetRequest;

    /// <summary>Meet.</summary>
    internal sealed record Meet(MeetOptions Options) : MeetRequest;

    /// <summary>Nothing that can be done.</summary>
    internal sealed record Refuse(Failure Failure, bool IsJson) : MeetRequest;
}
