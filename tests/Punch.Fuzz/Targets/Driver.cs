namespace Punch.Fuzz.Targets;

/// <summary>Drives a session by the rules of <see cref="IProtocol"/>, and holds it to them.</summary>
/// <param name="session">The session.</param>
/// <param name="mayBeSentTo">Where it may send.</param>
/// <param name="buffer">65,535 bytes, for what it sends.</param>
internal sealed class Driver(IProtocol<SessionEvent> session, Predicate<TransportAddress> mayBeSentTo, byte[] buffer)
{
    /// <summary>What one call may make a session send: a round of probes to each address, and data.</summary>
    private const int MostAtOnce = 256;

    /// <summary>Timers that come due in a run: some minutes of a quiet session, and it keeps runs short.</summary>
    private const int MostTimeouts = 300;

    private int _timeouts;

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(100));

    /// <summary>Whether the time of the run is over.</summary>
    public bool IsSpent => _timeouts >= MostTimeouts;

    /// <summary>Sees what is sent, while the bytes are there.</summary>
    public SentHandler? OnSent { get; init; }

    public delegate void SentHandler(in Transmit transmit, ReadOnlySpan<byte> bytes);

    public void Receive(TransportAddress from, TransportAddress to, ReadOnlySpan<byte> bytes)
    {
        session.Receive(new Datagram(from, to, bytes), Now);
        Drain();
    }

    public void Note(in NetworkNotice notice)
    {
        session.Note(notice, Now);
        Drain();
    }

    /// <summary>Time passes, and each timer comes when it is due.</summary>
    public void Pass(TimeSpan time)
    {
        Instant end = Now + time;
        while (!IsSpent && session.NextTimeout is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            session.Timeout(Now);
            _timeouts++;
            Drain();
            Claim(session.NextTimeout is null || session.NextTimeout > Now, "time goes on");
        }

        Now = end > Now ? end : Now;
    }

    public void Drain()
    {
        int sent = 0, events = 0;
        while (session.TryTransmit(buffer, out Transmit transmit))
        {
            Claim(++sent <= MostAtOnce, "few datagrams at once");
            Claim(mayBeSentTo(transmit.To), $"nothing is sent to {transmit.To}");
            OnSent?.Invoke(transmit, buffer.AsSpan(0, transmit.Length));
        }

        while (session.TryEvent(out _)) { Claim(++events <= MostAtOnce, "few events at once"); }

        Claim(!session.IsEnded || session.NextTimeout is null, "what has ended has no timer");
    }

    private static void Claim(bool holds, string claim)
    {
        if (!holds) { throw new InvalidOperationException($"not true: {claim}"); }
    }
}
