using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>What became of a request.</summary>
internal enum ProbeState
{
    /// <summary>It is being repeated or waited for.</summary>
    Pending,

    /// <summary>What it asked for came, from where it should.</summary>
    Answered,

    /// <summary>The server refused it.</summary>
    Refused,

    /// <summary>The server answered from where it was asked, though asked to answer from elsewhere.</summary>
    Disobeyed,

    /// <summary>Nothing came in time.</summary>
    Silent,

    /// <summary>The discovery was stopped before it could be told.</summary>
    Abandoned,
}

/// <summary>Which way a request goes, and which way its answer has to come.</summary>
internal readonly record struct ProbeRoute
{
    public ProbeRoute(TransportAddress from, TransportAddress to)
    {
        From = from;
        To = to;
        AnswerFrom = to;
        AnswerAt = from;
    }

    /// <summary>The socket that asks.</summary>
    public TransportAddress From { get; }

    /// <summary>Who is asked.</summary>
    public TransportAddress To { get; }

    /// <summary>Where the answer has to come from.</summary>
    public TransportAddress AnswerFrom { get; init; }

    /// <summary>The socket it has to come to.</summary>
    public TransportAddress AnswerAt { get; init; }

    /// <summary>What the server is asked to change to make it so.</summary>
    public StunChange Change { get; init; }

    /// <summary>The port the server is asked to answer to; 0 for the one it was asked from.</summary>
    public ushort ResponsePort { get; init; }

    /// <summary>Whether no server is asked: the request itself shall come back in through the NAT.</summary>
    public bool IsHairpin { get; init; }
}

/// <summary>An answer.</summary>
/// <param name="Mapped">The address that the server saw; of a hairpin, the address that the request came from.</param>
/// <param name="Other">The other place it can answer from, if it named a usable one.</param>
/// <param name="Delay">From the first send.</param>
/// <param name="IsRewritten">Whether MAPPED-ADDRESS says something else.</param>
internal readonly record struct ProbeAnswer(TransportAddress Mapped, TransportAddress? Other, TimeSpan Delay, bool IsRewritten);

/// <summary>One request: a STUN transaction, repeated until something comes or its silence counts.</summary>
internal sealed class Probe(ProbeRoute route, TransactionId id, ProbePacing pacing, Instant now)
{
    private ProbeAnswer _answer;
    private int _sent = 1;

    public ProbeRoute Route { get; } = route;

    public TransactionId Id { get; } = id;

    public ProbeState State { get; private set; } = ProbeState.Pending;

    public bool IsAnswered => State == ProbeState.Answered;

    /// <summary>The answer; null until there is one.</summary>
    public ProbeAnswer? Answer => IsAnswered ? _answer : null;

    /// <summary>What the server saw; null until it said so.</summary>
    public TransportAddress? Mapped => Answer?.Mapped;

    /// <summary>When it was sent first.</summary>
    public Instant Began { get; } = now;

    /// <summary>When it was sent last.</summary>
    public Instant LastSent { get; private set; } = now;

    public Instant? NextTimeout => State == ProbeState.Pending ? LastSent + pacing.PauseAfter(_sent) : null;

    /// <summary>Whether to send it again; gives up when it was sent often enough.</summary>
    public bool TryRepeat(Instant now)
    {
        if (NextTimeout is not { } due || now < due) { return false; }

        if (_sent >= ProbePacing.Sends)
        {
            State = ProbeState.Silent;
            return false;
        }

        _sent++;
        LastSent = now;
        return true;
    }

    /// <summary>
    /// What was asked for came. It beats an answer from the wrong place, but not silence: by then later tests may have let it in.
    /// </summary>
    public bool TrySucceed(in ProbeAnswer answer)
    {
        if (State is not (ProbeState.Pending or ProbeState.Refused or ProbeState.Disobeyed)) { return false; }

        State = ProbeState.Answered;
        _answer = answer;
        pacing.Note(answer.Delay);
        return true;
    }

    /// <summary>The server will not do it.</summary>
    public bool TryFail(ProbeState state)
    {
        if (State != ProbeState.Pending) { return false; }

        State = state;
        return true;
    }
}
