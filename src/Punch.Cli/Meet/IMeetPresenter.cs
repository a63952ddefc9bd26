using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Meeting.Agent;

namespace Punch.Cli.Meet;

/// <summary>Tells a meeting's story: for people, or for programs. Called on one thread, in the order of these members.</summary>
internal interface IMeetPresenter
{
    /// <summary>The sockets are bound and the first request is out.</summary>
    void Begin(MeetStart start);

    /// <summary>Something happened.</summary>
    /// <param name="e">What.</param>
    /// <param name="datagram">What the path delivered, unsealed; valid during the call only.</param>
    void Event(in MeetEvent e, ReadOnlySpan<byte> datagram);

    /// <summary>Time passes and nothing was heard.</summary>
    void Advise(string hint);

    /// <summary>It is over; also without <see cref="Begin"/>, when it could not start.</summary>
    void End(MeetEnd end);
}

/// <summary>What is known when a meeting begins.</summary>
internal sealed record MeetStart
{
    /// <summary>The server as it was typed.</summary>
    public required string Server { get; init; }

    /// <summary>Its addresses, at most one per family.</summary>
    public required IReadOnlyList<TransportAddress> Servers { get; init; }

    /// <summary>The session over the path, as its presenter wants it.</summary>
    public required SessionStart Session { get; init; }

    /// <summary>The code, where it was made here: the only place from which it is ever printed. Null where it was given.</summary>
    public string? NewCode { get; init; }

    /// <summary>The command for the other side; null where the code was given.</summary>
    public string? Command { get; init; }
}

/// <summary>What is known when a meeting is over.</summary>
/// <param name="Session">The session over the path; as if silent, when there was none.</param>
/// <param name="Outcome">What became of the meeting; null when it could not start.</param>
internal sealed record MeetEnd(SessionEnd Session, MeetOutcome? Outcome);
