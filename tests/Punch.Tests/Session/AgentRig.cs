using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Tests.Frames;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>
/// One session. The test plays the server, and a peer that knows the code. The clock stands still until the test moves it.
/// </summary>
internal sealed class AgentRig : IDisposable
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478");
    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");
    public static readonly TransportAddress Mapped = TransportAddress.Parse("198.51.100.1:40001");
    public static readonly TransportAddress PeerSeen = TransportAddress.Parse("203.0.113.2:50002");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly MeetingKeys _keys = MeetingRig.Keys();
    private EphemeralKey _key = MeetingRig.HighKey();
    private readonly HelloSealer _sealer;
    private ulong _transaction;

    public AgentRig(Func<SessionOptions, SessionOptions>? adjust = null)
    {
        var options = new SessionOptions
        {
            Target = new SessionTarget.Meeting
            {
                Code = MeetingRig.Code(),
                Servers = [Server],
                Hosts = [new LocalAddress(HostAddress.Parse("192.168.1.2"), 24)],
                Party = MeetingRig.Low,
                Scalar = [.. MeetingRig.LowRandom],
            },
            Locals = [Local],
            Id = 7,
            Seed = 8,
            WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
        };
        _sealer = new HelloSealer(_keys, MeetingRig.High);
        Session = new PeerSession(adjust?.Invoke(options) ?? options, Now);
        Drain();
    }

    public PeerSession Session { get; }

    /// <summary>The party that the session accepted as its peer; null for none.</summary>
    public RemoteParty? Peer => ((MeetingGathering)Session.Gathering).Peer;

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(100));

    /// <summary>What it sent, in order.</summary>
    public List<(Instant At, Transmit Transmit, byte[] Bytes)> Sent { get; } = [];

    public List<SessionEvent> Events { get; } = [];

    /// <summary>The peer's end of the session; there after <see cref="Introduce"/>.</summary>
    public SealedSession Frames { get; private set; } = null!;

    public IEnumerable<(Instant At, Transmit Transmit, byte[] Bytes)> SentToOthers => Sent.Where(sent => sent.Transmit.To.Host != Server.Host);

    public TransactionId LastJoin
    {
        get
        {
            byte[] join = Sent.Last(sent => JoinRequest.IsLikely(sent.Bytes)).Bytes;
            return TransactionId.FromBytes(join.AsSpan(8, 12));
        }
    }

    public ReadOnlyMemory<byte> Hello(byte round, params string[] candidates) => _sealer.Seal(new Hello(
        round, default, _key.PublicKey, [.. candidates.Select(address => new Candidate(CandidateKind.Host, TransportAddress.Parse(address)))]));

    /// <summary>The hello of another process of a party that knows the code, or knew it.</summary>
    public ReadOnlyMemory<byte> HelloOf(PartyId party)
    {
        using var sealer = new HelloSealer(_keys, party);
        return sealer.Seal(new Hello(0, default, _key.PublicKey, [])).ToArray();
    }

    /// <summary>The server replies to the pending join, with the peer if it has a hello.</summary>
    public void Answer(
        ReadOnlyMemory<byte> hello = default,
        TransportAddress? seen = null,
        StunErrorCode? error = null,
        TransactionId? id = null,
        bool isKept = true,
        byte[]? ticket = null)
    {
        var answer = new JoinReply
        {
            TransactionId = id ?? LastJoin,
            Error = error,
            Mapped = Mapped,
            Lifetime = error is null && isKept ? TimeSpan.FromSeconds(60) : null,
            Nonce = isKept ? "nonce"u8 : default,
            Ticket = ticket,
            Peer = hello.IsEmpty ? default : Entry(hello, seen ?? PeerSeen, MeetingRig.High),
        };
        Assert.True(answer.TryWrite(_buffer, out int length));
        Receive(Server, _buffer.AsSpan(0, length).ToArray());
    }

    public void ReceiveNotice(ReadOnlyMemory<byte> hello, TransportAddress? seen = null, PartyId? party = null)
    {
        Span<byte> id = stackalloc byte[TransactionId.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(id, ++_transaction);
        var notice = new PeerNotice { TransactionId = TransactionId.FromBytes(id), Peer = Entry(hello, seen ?? PeerSeen, party ?? MeetingRig.High) };
        Assert.True(notice.TryWrite(_buffer, out int length));
        Receive(Server, _buffer.AsSpan(0, length).ToArray());
    }

    /// <summary>The server says what day it is there, and that it keeps nothing.</summary>
    public void AnswerDay(uint day)
    {
        Assert.True(new JoinReply { TransactionId = LastJoin, Mapped = Mapped, Day = day }.TryWrite(_buffer, out int length));
        Receive(Server, _buffer.AsSpan(0, length).ToArray());
    }

    /// <summary>The day and the room of the last join.</summary>
    public (uint? Day, RoomId Room) RoomOfLastJoin()
    {
        byte[] bytes = Sent.Last(sent => JoinRequest.IsLikely(sent.Bytes)).Bytes;
        Assert.Equal(JoinReading.Join, JoinRequest.Read(bytes, out _, out JoinRequest join));
        return (join.Day, RoomId.FromBytes(join.Room));
    }

    /// <summary>The server asks whether this side is there.</summary>
    public void ReceiveCheck()
    {
        Span<byte> id = stackalloc byte[TransactionId.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(id, ++_transaction);
        Assert.True(new PeerNotice { TransactionId = TransactionId.FromBytes(id), IsCheck = true }.TryWrite(_buffer, out int length));
        Receive(Server, _buffer.AsSpan(0, length).ToArray());
    }

    /// <summary>The peer is there, with these addresses; its frames can be sealed from then on.</summary>
    public void Introduce(params string[] candidates)
    {
        Frames = MeetingRig.Session(_keys, _key, MeetingRig.High, MeetingRig.Low, OwnHello().PublicKey.Span);
        Answer(Hello(0, candidates));
    }

    /// <summary>The peer takes another key. Its frames are sealed with that key, and its next hello names it.</summary>
    public void TakeAnotherKey()
    {
        _key.Dispose();
        _key = EphemeralKey.Create([.. Enumerable.Repeat((byte)0x77, EphemeralKey.ScalarLength)]);
        Frames.Dispose();
        Frames = MeetingRig.Session(_keys, _key, MeetingRig.High, MeetingRig.Low, OwnHello().PublicKey.Span);
    }

    /// <summary>The TICKET of the last join: null for none, empty if one is requested.</summary>
    public byte[]? TicketInLastJoin()
    {
        byte[] bytes = Sent.Last(sent => JoinRequest.IsLikely(sent.Bytes)).Bytes;
        Assert.Equal(JoinReading.Join, JoinRequest.Read(bytes, out _, out JoinRequest join));
        return join.WantsTicket ? join.Ticket.ToArray() : null;
    }

    /// <summary>The public key in the session's last hello.</summary>
    public string PublicKeyInLastJoin() => Convert.ToHexString(OwnHello().PublicKey.Span);

    public void Receive(TransportAddress from, ReadOnlySpan<byte> bytes, TransportAddress? to = null)
    {
        Session.Receive(new Datagram(from, to ?? Local, bytes), Now);
        Drain();
    }

    /// <summary>A frame of the peer, from any address.</summary>
    public void Frame(TransportAddress from, FrameType type, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[body.Length + SealedSession.Overhead];
        Assert.Equal(frame.Length, Frames.Seal(type, body, frame));
        Receive(from, frame);
    }

    public void Probe(TransportAddress from, ulong token)
    {
        byte[] body = new byte[ProbeFrame.Length];
        new ProbeFrame(token, HasProof: false).Write(body);
        Frame(from, FrameType.Probe, body);
    }

    public void AnswerProbe(TransportAddress from, ulong token, ulong ownToken = 0)
    {
        byte[] body = new byte[AnswerFrame.Length];
        new AnswerFrame(token, HasProof: false, ownToken, null).Write(body);
        Frame(from, FrameType.Answer, body);
    }

    /// <summary>The tokens of the probes, and of the answers that ask, that were sent to an address.</summary>
    public List<ulong> TokensSentTo(TransportAddress to)
    {
        var tokens = new List<ulong>();
        byte[] body = new byte[2048];
        foreach ((_, Transmit transmit, byte[] bytes) in Sent.Where(sent => sent.Transmit.To == to).ToArray())
        {
            if (Frames.Open(bytes, body, out FrameType type, out int length) != FrameError.None) { continue; }

            if (type == FrameType.Probe && ProbeFrame.TryParse(body.AsSpan(0, length), out ProbeFrame probe)) { tokens.Add(probe.Token); }

            if (type == FrameType.Answer && AnswerFrame.TryParse(body.AsSpan(0, length), out AnswerFrame answer) && answer.OwnToken != 0)
            {
                tokens.Add(answer.OwnToken);
            }
        }

        return tokens;
    }

    public void Stop()
    {
        Session.Stop(Now);
        Drain();
    }

    /// <summary>The machine sleeps: time passes, and no timer fires.</summary>
    public void Sleep(TimeSpan time) => Now += time;

    /// <summary>Lets time pass, and fires every timer when it is due.</summary>
    public void Advance(double milliseconds)
    {
        Instant end = Now + TimeSpan.FromMilliseconds(milliseconds);
        while (Session.NextTimeout is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            Session.Timeout(Now);
            Drain();
            Assert.True(Session.NextTimeout is null || Session.NextTimeout > Now, "progress");
        }

        Now = end;
    }

    public void Dispose()
    {
        Session.Dispose();
        _sealer.Dispose();
        _key.Dispose();
        _keys.Dispose();
        Frames?.Dispose();
    }

    /// <summary>The most datagrams within any second, without those to the server.</summary>
    public int BusiestSecond()
    {
        Instant[] times = [.. SentToOthers.Select(sent => sent.At)];
        int most = 0;
        for (int first = 0, last = 0; last < times.Length; last++)
        {
            while (times[last] - times[first] >= TimeSpan.FromSeconds(1)) { first++; }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    private Hello OwnHello()
    {
        Assert.Equal(JoinReading.Join, JoinRequest.Read(Sent.Last(sent => JoinRequest.IsLikely(sent.Bytes)).Bytes, out _, out JoinRequest join));
        using var opener = new HelloOpener(_keys, MeetingRig.High, MeetingRig.Low);
        Assert.Equal(HelloError.None, opener.Open(join.Sealed, out Hello? hello));
        return hello!;
    }

    private static PeerEntry Entry(ReadOnlyMemory<byte> hello, TransportAddress seen, PartyId party)
    {
        byte[] id = new byte[PartyId.Length];
        party.Write(id);
        return new PeerEntry { Party = id, Sealed = hello.Span, V4 = seen.Host.IsV6 ? null : seen, V6 = seen.Host.IsV6 ? seen : null };
    }

    private void Drain()
    {
        while (Session.TryTransmit(_buffer, out Transmit transmit)) { Sent.Add((Now, transmit, _buffer.AsSpan(0, transmit.Length).ToArray())); }

        while (Session.TryEvent(out SessionEvent e)) { Events.Add(e); }
    }
}
