using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>The state of a request.</summary>
internal enum ProbeState
{
    /// <summary>It waits for a reply, or for its retransmission.</summary>
    Pending,

    /// <summary>The requested reply came, from the right place.</summary>
    Answered,

    /// <summary>The server refused it.</summary>
    Refused,

    /// <summary>The server replied from the place that was asked, instead of the place that the request named.</summary>
    Disobeyed,

    /// <summary>Nothing came in time.</summary>
    Silent,

    /// <summary>The discovery was stopped before there was a result.</summary>
    Abandoned,
}

/// <summary>The route of a request and of its reply.</summary>
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

    /// <summary>The place that is asked.</summary>
    public TransportAddress To { get; }

    /// <summary>The place that the reply has to come from.</summary>
    public TransportAddress AnswerFrom { get; init; }

    /// <summary>The socket that the reply has to come to.</summary>
    public TransportAddress AnswerAt { get; init; }

    /// <summary>The change that the server is asked to make for its reply.</summary>
    public StunChange Change { get; init; }

    /// <summary>The port that the server is asked to reply to; 0 for the port of the request.</summary>
    public ushort ResponsePort { get; init; }

    /// <summary>Whether no server is asked, because the request itself must come back in through the NAT.</summary>
    public bool IsHairpin { get; init; }
}

/// <summary>The reply to a request.</summary>
/// <param name="Mapped">The address that the server saw; for a hairpin, the source of the returned request.</param>
/// <param name="Other">The other place that the server can reply from, if it named a usable one.</param>
/// <param name="Delay">The time from the first send to the reply.</param>
/// <param name="IsRewritten">Whether MAPPED-ADDRESS has another address than XOR-MAPPED-ADDRESS.</param>
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

    /// <summary>The reply; null until there is one.</summary>
    public ProbeAnswer? Answer => IsAnswered ? _answer : null;

    /// <summary>The address that the server saw; null without a reply.</summary>
    public TransportAddress? Mapped => Answer?.Mapped;

    /// <summary>When it was sent first.</summary>
    public Instant Began { get; } = now;

    /// <summary>When it was sent last.</summary>
    public Instant LastSent { get; private set; } = now;

    public Instant? NextTimeout => State == ProbeState.Pending ? LastSent + pacing.PauseAfter(_sent) : null;

    /// <summary>Whether to send it again. It gives up after the last send.</summary>
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
    /// Takes the requested reply. It overrides a reply from the wrong place, but not silence: by then later tests may have let the reply
    /// in.
    /// </summary>
    public bool TrySucceed(in ProbeAnswer answer)
    {
        if (State is not (ProbeState.Pending or ProbeState.Refused or ProbeState.Disobeyed)) { return false; }

        State = ProbeState.Answered;
        _answer = answer;
        pacing.Note(answer.Delay);
        return true;
    }

    /// <summary>Takes a refusal or a reply from the wrong place.</summary>
    public bool TryFail(ProbeState state)
    {
        if (State != ProbeState.Pending) { return false; }

        State = state;
        return true;
    }
}
