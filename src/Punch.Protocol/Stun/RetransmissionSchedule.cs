namespace Punch.Protocol.Stun;

/// <summary>
/// When a client repeats a request over UDP and when it gives up: RFC 8489 §6.2.1. The pause doubles after each send.
/// </summary>
/// <param name="InitialTimeout">RTO: the pause after the first send.</param>
/// <param name="Sends">Rc: how often the request is sent in all, at least 1.</param>
/// <param name="LastWait">Rm: the pause after the last send, in units of <paramref name="InitialTimeout"/>.</param>
public readonly record struct RetransmissionSchedule(TimeSpan InitialTimeout, int Sends, int LastWait)
{
    /// <summary>The defaults of RFC 8489 §6.2.1: sends at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, failure at 39.5 s.</summary>
    public static readonly RetransmissionSchedule Standard = new(TimeSpan.FromMilliseconds(500), Sends: 7, LastWait: 16);

    /// <summary>
    /// For a person who waits: sends at 0, 0.1, 0.3, 0.7 and 1.5 s, failure at 3 s. Five sends leave one request in 165 unanswered
    /// at 20 % loss each way, and a server more than 1.5 s away is of no use to a punch.
    /// </summary>
    public static readonly RetransmissionSchedule Diagnosis = new(TimeSpan.FromMilliseconds(100), Sends: 5, LastWait: 15);

    /// <summary>From the first send to giving up.</summary>
    public TimeSpan Total => (InitialTimeout * ((1L << (Sends - 1)) - 1)) + (InitialTimeout * LastWait);

    /// <summary>The pause after the send of this number, which counts from 1.</summary>
    internal TimeSpan PauseAfter(int send) => InitialTimeout * (send < Sends ? 1L << (send - 1) : LastWait);
}

/// <summary>
/// How far one request has come in its <see cref="RetransmissionSchedule"/>. A value: the client keeps the newest. Pauses count from
/// the actual send, so a late driver sends late but never in a burst.
/// </summary>
/// <param name="Schedule">The rules.</param>
/// <param name="Sent">How often the request was sent, the first time included.</param>
/// <param name="NextTimeout">When to call <see cref="Next"/>.</param>
public readonly record struct Retransmission(RetransmissionSchedule Schedule, int Sent, Instant NextTimeout)
{
    /// <summary>Whether an answer's delay is a round trip: after a repetition nobody knows which send it answers (Karn, RFC 6298 §3).</summary>
    public bool IsUnambiguous => Sent == 1;

    /// <summary>Begins with the first send, which the caller makes now.</summary>
    public static Retransmission Begin(RetransmissionSchedule schedule, Instant now) => new(schedule, 1, now + schedule.PauseAfter(1));

    /// <summary>What to do now, and the value to keep from here on.</summary>
    public RetransmissionStep Next(Instant now, out Retransmission next)
    {
        next = this;
        if (now < NextTimeout) { return RetransmissionStep.Wait; }

        if (Sent >= Schedule.Sends) { return RetransmissionStep.GiveUp; }

        next = new Retransmission(Schedule, Sent + 1, now + Schedule.PauseAfter(Sent + 1));
        return RetransmissionStep.Send;
    }
}

/// <summary>What a client does with a request that has no answer yet.</summary>
public enum RetransmissionStep
{
    /// <summary>Nothing before <see cref="Retransmission.NextTimeout"/>.</summary>
    Wait,

    /// <summary>Send the same bytes again.</summary>
    Send,

    /// <summary>There will be no answer.</summary>
    GiveUp,
}
