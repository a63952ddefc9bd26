using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Protocol.Meeting;

namespace Punch.Cli.Meet;

/// <summary>What <c>punch meet</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record MeetOptions : SessionOptions
{
    /// <summary>The code that both sides share; null to make one.</summary>
    public MeetingCode? Code { get; init; }

    /// <summary>The server that introduces the two sides.</summary>
    public required RemoteTarget Server { get; init; }

    /// <summary>The server as it was typed: so the other side types it, too.</summary>
    public required string ServerWord { get; init; }

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
