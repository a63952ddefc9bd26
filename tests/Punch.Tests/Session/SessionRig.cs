using System.Text;

namespace Punch.Tests.Session;

/// <summary>
/// One session under test. It is drained after every call. Its peer's bytes are built by hand and never by the writer under test.
/// </summary>
internal sealed class SessionRig
{
    public const ulong Id = 0x1111_2222_3333_4444;
    public const ulong PeerId = 0xaaaa_bbbb_cccc_dddd;

    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:6311");
    public static readonly TransportAddress LocalV6 = TransportAddress.Parse("[::]:6311");
    public static readonly TransportAddress Peer = TransportAddress.Parse("192.0.2.1:6311");
    public static readonly TransportAddress MovedPeer = TransportAddress.Parse("192.0.2.1:40122");
    public static readonly TransportAddress Stranger = TransportAddress.Parse("198.51.100.9:6311");

    private readonly byte[] _buffer = new byte[65_535];

    public SessionRig(Func<SessionOptions, SessionOptions>? adjust = null)
    {
        var options = new SessionOptions
        {
            Target = new SessionTarget.NamedHost { Remotes = [Peer] },
            Locals = [Local, LocalV6],
            Id = Id,
            Seed = 42,
            WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
        };
        Session = new PeerSession(adjust?.Invoke(options) ?? options, Now);
        Drain();
    }

    public PeerSession Session { get; }

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(1000));

    public List<(TransportAddress To, string Text, Instant At)> Sent { get; } = [];

    public List<SessionEvent> Events { get; } = [];

    public static string Message(ulong id, uint sequence, (ulong Id, uint Sequence)? seen = null, string trailing = "") =>
        $"2026-11-22 14:23:01 +0000 punch/1 id={id:x16} seq={sequence}"
        + (seen is { } s ? $" seen={s.Id:x16}/{s.Sequence} held=0us got=1" : "") + trailing;

    public static string Padded(string message) => message.PadRight(PeerMessage.MinLengthWithData);

    /// <summary>The peer sends this now. Returns what the session sends at once in return.</summary>
    public List<(TransportAddress To, string Text, Instant At)> Receive(TransportAddress from, string text)
    {
        int before = Sent.Count;
        Session.Receive(new Datagram(from, Local, Encoding.Latin1.GetBytes(text)), Now);
        Drain();
        return Sent[before..];
    }

    /// <summary>The peer proves that it saw the session's newest message.</summary>
    public List<(TransportAddress To, string Text, Instant At)> ReceiveProof(uint sequence = 1, TransportAddress? from = null, ulong id = PeerId, string trailing = "") =>
        Receive(from ?? Peer, Padded(Message(id, sequence, (Id, LastSequence), trailing)));

    public uint LastSequence => uint.Parse(Sent.Last(s => s.Text.Contains("seq=")).Text.Split("seq=")[1].Split(' ')[0]);

    public void Advance(TimeSpan duration)
    {
        Instant until = Now + duration;
        while (Session.NextTimeout is { } next && next <= until)
        {
            Now = next > Now ? next : Now;
            Session.Timeout(Now);
            Drain();
            if (Session.NextTimeout <= Now) { throw new InvalidOperationException("the machine makes no progress"); }
        }

        Now = until;
    }

    public void Advance(double milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));

    public SessionEvent Only(SessionEventKind kind) => Events.Single(e => e.Kind == kind);

    public int CountOf(SessionEventKind kind) => Events.Count(e => e.Kind == kind);

    /// <summary>The datagrams that a call caused.</summary>
    public List<(TransportAddress To, string Text, Instant At)> Drained()
    {
        int before = Sent.Count;
        Drain();
        return Sent[before..];
    }

    public void Stop()
    {
        Session.Stop(Now);
        Drain();
    }

    private void Drain()
    {
        while (Session.TryTransmit(_buffer, out Transmit transmit))
        {
            Sent.Add((transmit.To, Encoding.Latin1.GetString(_buffer, 0, transmit.Length), Now));
        }

        while (Session.TryEvent(out SessionEvent e)) { Events.Add(e); }
    }
}
