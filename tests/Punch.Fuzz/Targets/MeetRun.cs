using System.Buffers.Binary;
using Punch.Protocol.Candidates;

namespace Punch.Fuzz.Targets;

/// <summary>A session of <c>punch meet</c> and what the fuzzer knows of it: the seals of its peer, what was sent, and when it is.</summary>
internal sealed class MeetRun : IDisposable
{
    private static readonly LocalAddress[] Hosts = [new LocalAddress(Peers.Host, 24)];

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[] _body = new byte[65_535];
    private readonly List<ulong> _tokens = [];
    private readonly byte[] _id = new byte[12];
    private readonly SealedSession _frames = Peers.Session();
    private readonly HelloSealer _sealer = new(Peers.Keys, Peers.High);
    private readonly PathUse _use;
    private readonly PeerSession _session;
    private readonly Driver _driver;
    private TransportAddress _local = Peers.Local;
    private byte[] _lastFrame = [];

    public MeetRun(PathUse use)
    {
        var options = new SessionOptions
        {
            Target = new SessionTarget.Meeting
            {
                Code = Peers.Code,
                Servers = [Peers.Server],
                Hosts = Hosts,
                Party = Peers.Low,
                Scalar = Peers.LowScalar,
            },
            Locals = [Peers.Local],
            Id = 7,
            Seed = 8,
            WallClock = DateTimeOffset.UnixEpoch,
            Use = use,
        };
        _use = use;
        _session = new PeerSession(options, Instant.At(TimeSpan.FromSeconds(100)));
        _driver = new Driver(_session, MayBeSentTo, new byte[65_535]) { OnSent = NoteSent };
        _driver.Drain();
    }

    public bool IsOpen => _session.Path is not null;

    public void Play(Script script)
    {
        while (!script.IsOver && !_driver.IsSpent) { Step(ref script); }
    }

    public void Dispose()
    {
        _session.Dispose();
        _sealer.Dispose();
        _frames.Dispose();
    }

    private static bool MayBeSentTo(TransportAddress to) =>
        to == Peers.Server || to.Host.Scope() == AddressScope.Public || (Hosts[0].IsNear(to.Host) && !Hosts[0].IsBroadcast(to.Host));

    private void NoteSent(in Transmit transmit, ReadOnlySpan<byte> bytes)
    {
        if (JoinRequest.IsLikely(bytes)) { bytes[8..20].CopyTo(_id); }

        if (transmit.To.Host == Peers.Server.Host || _frames.Open(bytes, _body, out FrameType type, out int length) != FrameError.None) { return; }

        _local = transmit.From;
        if (type == FrameType.Probe && ProbeFrame.TryParse(_body.AsSpan(0, length), out ProbeFrame probe)) { _tokens.Add(probe.Token); }

        if (type == FrameType.Answer && AnswerFrame.TryParse(_body.AsSpan(0, length), out AnswerFrame answer)) { _tokens.Add(answer.OwnToken); }
    }

    private void Step(ref Script script)
    {
        switch (script.Byte() % 12)
        {
            case 0:
                Reply(ref script);
                break;
            case 1:
                Notice(ref script);
                break;
            case 2:
                Frame(FrameType.Payload, script.Byte(), script.Bytes());
                break;
            case 3:
                Probe(script.Byte());
                break;
            case 4:
                Answer(script.Byte(), script.Byte());
                break;
            case 5:
                Frame((FrameType)script.Byte(), script.Byte(), script.Bytes());
                break;
            case 6:
                _driver.Receive(Peers.Sources[script.Byte() % Peers.Sources.Length], _local, _lastFrame);
                break;
            case 7:
                _driver.Pass(script.Time());
                break;
            case 8:
                byte who = script.Byte();
                _driver.Receive(Peers.Sources[who % Peers.Sources.Length], _local, script.Bytes());
                break;
            case 9 when _use == PathUse.Data:
                ReadOnlySpan<byte> data = script.Bytes();
                if (data.Length > 0) { _session.TrySendData(data, _driver.Now); }

                _driver.Drain();
                break;
            case 10 when _use == PathUse.Data:
                if (script.Byte() % 2 == 0) { _session.EndData(_driver.Now); }
                else { _session.HoldData(script.Byte() % 2 == 0, _driver.Now); }

                _driver.Drain();
                break;
            default:
                _driver.Note(Notices.Read(ref script));
                break;
        }
    }

    private void Reply(ref Script script)
    {
        int kind = script.Byte();
        StunErrorCode? error = (kind % 4) switch
        {
            2 => StunErrorCode.StaleNonce,
            3 => StunErrorCode.Forbidden,
            _ => null,
        };
        var reply = new JoinReply
        {
            TransactionId = TransactionId.FromBytes(_id),
            Error = error,
            Mapped = Peers.Mapped,
            Lifetime = error is null ? TimeSpan.FromSeconds(script.Byte()) : null,
            Nonce = "nonce"u8,
            Peer = kind % 4 == 1 ? Entry(ref script) : default,
        };
        if (reply.TryWrite(_buffer, out int length)) { _driver.Receive(Peers.Server, _local, _buffer.AsSpan(0, length)); }
    }

    private void Notice(ref Script script)
    {
        var notice = new PeerNotice { TransactionId = TransactionId.FromBytes(_id), Peer = Entry(ref script) };
        if (notice.TryWrite(_buffer, out int length)) { _driver.Receive(Peers.Server, _local, _buffer.AsSpan(0, length)); }
    }

    /// <summary>The peer's hello: candidates of six bytes each, IPv4 and a port.</summary>
    private PeerEntry Entry(ref Script script)
    {
        byte round = script.Byte();
        ReadOnlySpan<byte> places = script.Bytes();
        List<Candidate> candidates = [];
        for (; places.Length >= 6 && candidates.Count < Hello.MaxCandidates; places = places[6..])
        {
            var address = new TransportAddress(HostAddress.FromBytes(places[..4]), BinaryPrimitives.ReadUInt16BigEndian(places[4..]));
            candidates.Add(new Candidate((CandidateKind)(places[0] % 2), address));
        }

        byte[] party = new byte[PartyId.Length];
        Peers.High.Write(party);
        TransportAddress seen = Peers.Sources[round % Peers.Sources.Length];
        return new PeerEntry { Party = party, Sealed = _sealer.Seal(new Hello(round, default, Peers.HighKey.PublicKey, candidates)).Span, V4 = seen };
    }

    private void Probe(byte flags)
    {
        int length = new ProbeFrame((ulong)flags << 8 | 1, HasProof: flags % 2 == 1).Write(_body);
        Frame(FrameType.Probe, flags, _body.AsSpan(0, length).ToArray());
    }

    private void Answer(byte flags, byte token)
    {
        ulong known = _tokens.Count == 0 ? token : _tokens[^(1 + (token % _tokens.Count))];
        int length = new AnswerFrame(known, HasProof: flags % 2 == 1, OwnToken: (ulong)(flags / 2), null).Write(_body);
        Frame(FrameType.Answer, flags, _body.AsSpan(0, length).ToArray());
    }

    private void Frame(FrameType type, byte who, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[body.Length + SealedSession.Overhead];
        if (_frames.Seal(type, body, frame) != frame.Length) { return; }

        _lastFrame = frame;
        _driver.Receive(Peers.Sources[who / 4 % Peers.Sources.Length], _local, frame);
    }
}
