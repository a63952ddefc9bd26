using Punch.Tests.Frames;

namespace Punch.Tests.Model;

/// <summary>
/// The server, and whoever is on the path, may do anything they can say. The meddler kept the hellos of 17 former processes with the same
/// code. A is its victim; B gets what an honest server says, so that no sequence is played twice with the names swapped.
/// </summary>
internal sealed class MeddlerWorld : World
{
    private const int OldParties = 17;

    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);
    private static readonly TransportAddress Elsewhere = TransportAddress.Parse("192.0.2.66:666");
    private static readonly TransportAddress Inside = TransportAddress.Parse("10.1.2.3:445");
    private static readonly HostAddress Metadata = HostAddress.Parse("169.254.169.254");
    private static readonly HostAddress OtherNat = HostAddress.Parse("192.0.2.77");
    private static readonly OldParty[] Old = [.. Enumerable.Range(0, OldParties).Select(OldParty.Make)];

    private readonly List<Flight> _recorded = [];
    private readonly (string Name, Part Changes, Func<bool> Do)[] _actions;
    private HostAddress? _reroutes;
    private bool _isCut;
    private bool _isRefusing;
    private byte[]? _lastNotice;
    private int _notices;

    public MeddlerWorld(Beginning beginning)
    {
        A.Known.UnionWith([Elsewhere.Host, .. Old.Select(old => old.Address.Host)]);
        _actions =
        [
            ("0.3 s pass", Part.World, () => Wait(Blink)),
            ("B starts", Part.World, StartB),
            ("the path is cut for 20 s", Part.World, Cut),
            ("the server introduces 17 old parties to A", Part.Party, () => Introduce(Old)),
            ("the server introduces one old party to A", Part.Party, () => Introduce(Old[..1])),
            ("the server introduces B to A, as it is", Part.Party, () => Introduce(B.Joins.LastOrDefault(), B.Address)),
            ("the server introduces B to A at another public address", Part.Party, () => Introduce(B.Joins.LastOrDefault(), Elsewhere)),
            ("the server introduces B to A inside, with its first hello", Part.Party, () => Introduce(B.Joins.FirstOrDefault(), Inside)),
            ("the server repeats its last notice", Part.Party, Repeat),
            ("all frames of B are replayed to A", Part.Party, () => Replay(B, A)),
            ("all frames of A are sent back to A", Part.Party, () => Replay(A, A)),
            ("B sends a datagram", Part.Peer, Speak),
            ("frames under way change places", Part.World, Exchange),
            ("B's frames come from another public address", Part.Path, () => Reroute(OtherNat)),
            ("B's frames come from a link-local address", Part.Path, () => Reroute(Metadata)),
            ("the server refuses everybody for 3 s", Part.World, Refuse),
            ("the server forgets everything", Part.Server, Forget),
        ];
        Begin(beginning);
    }

    /// <summary>Where the sequences of actions begin.</summary>
    internal enum Beginning
    {
        /// <summary>A waits, and B is not there yet.</summary>
        Alone,

        /// <summary>A and B have met, and have sent a datagram each.</summary>
        Met,

        /// <summary>Then the path was cut until both had closed it.</summary>
        Cut,
    }

    /// <summary>What an action changes. Two that change different parts can change places, unless one lets time pass.</summary>
    private enum Part
    {
        /// <summary>Time passes, so everything may change.</summary>
        World,

        /// <summary>A hears something.</summary>
        Party,

        /// <summary>B does something.</summary>
        Peer,

        /// <summary>The path does something else from here on.</summary>
        Path,

        /// <summary>The server.</summary>
        Server,
    }

    public override IReadOnlyList<string> Actions => [.. _actions.Select(action => action.Name)];

    public override ulong Digest => Mix.Of(base.Digest, Mix.Of(_reroutes?.ToString()), (ulong)_recorded.Count);

    public override bool CanSwap(int first, int second)
    {
        Part one = _actions[first].Changes, other = _actions[second].Changes;
        return one != other && one != Part.World && other != Part.World;
    }

    protected override bool TryDo(int action) => _actions[action].Do();

    protected override bool Calm()
    {
        _reroutes = null;
        if (B.Session is null) { StartB(); }

        // A server may refuse: then a session that has no peer ends, at once or when it gives its peer up (exit 4).
        return Parties.All(party => party.Session is { IsEnded: false });
    }

    protected override bool TryPass(ref Flight flight)
    {
        if (flight.To == Server) { return !_isRefusing || !TryRefuse(flight); }

        if (flight.Sender is null) { return true; }

        _recorded.Add(flight);
        if (flight.Sender == B && _reroutes is { } from) { flight = flight with { From = new TransportAddress(from, flight.From.Port) }; }

        return !_isCut;
    }

    private void Begin(Beginning beginning)
    {
        A.Start();
        Pass(Blink);
        if (beginning == Beginning.Alone) { return; }

        StartB();
        A.SendData();
        B.SendData();
        Pass(Blink);
        if (!A.IsOpen || !B.IsOpen) { throw new InvalidOperationException("A and B have not met"); }

        if (beginning == Beginning.Cut) { Cut(); }
    }

    private bool StartB()
    {
        if (B.Session is not null) { return false; }

        B.Start();
        Pass(Blink);
        return true;
    }

    private bool Wait(TimeSpan time)
    {
        Pass(time);
        return true;
    }

    private bool Cut()
    {
        _isCut = true;
        Pass(Outage);
        _isCut = false;
        return true;
    }

    private bool Introduce(OldParty[] old)
    {
        foreach (OldParty each in old) { Introduce(each.Join, each.Address); }

        return true;
    }

    private bool Introduce(byte[]? join, TransportAddress seen)
    {
        if (JoinRequest.Read(join, out _, out JoinRequest read) != JoinReading.Join || read.Sealed.IsEmpty) { return false; }

        Span<byte> id = stackalloc byte[TransactionId.Length];
        id[^1] = (byte)(++_notices & 0xFF);
        id[^2] = (byte)(_notices >> 8 & 0xFF);
        var notice = new PeerNotice
        {
            TransactionId = TransactionId.FromBytes(id),
            Peer = new PeerEntry { Party = read.Party, Sealed = read.Sealed, V4 = seen },
        };
        byte[] bytes = new byte[JoinRequest.Length];
        if (!notice.TryWrite(bytes, out int length)) { throw new InvalidOperationException("a notice was not written"); }

        _lastNotice = bytes[..length];
        return Repeat();
    }

    private bool Repeat()
    {
        if (_lastNotice is null) { return false; }

        Tick();
        A.Receive(Server, A.Address, _lastNotice);
        return true;
    }

    private bool Replay(HonestParty sender, HonestParty to)
    {
        foreach (Flight flight in _recorded.Where(flight => flight.Sender == sender).ToArray())
        {
            Tick();
            to.Receive(sender == to ? B.Address : flight.From, sender == to ? A.Address : flight.To, flight.Bytes);
        }

        return true;
    }

    private bool Speak()
    {
        B.SendData();
        return true;
    }

    private bool Exchange()
    {
        Swap();
        Pass(Blink);
        return true;
    }

    private bool Reroute(HostAddress from)
    {
        if (_reroutes == from) { return false; }

        if (from == OtherNat) { A.Known.Add(from); }

        _reroutes = from;
        return true;
    }

    private bool Refuse()
    {
        _isRefusing = true;
        Pass(TimeSpan.FromSeconds(3));
        _isRefusing = false;
        return true;
    }

    private bool Forget()
    {
        Restart();
        return true;
    }

    private bool TryRefuse(in Flight join)
    {
        if (!JoinRequest.IsLikely(join.Bytes)) { return false; }

        byte[] bytes = new byte[JoinRequest.Length];
        var reply = new JoinReply { TransactionId = TransactionId.FromBytes(join.Bytes.AsSpan(8, 12)), Error = StunErrorCode.Forbidden };
        if (!reply.TryWrite(bytes, out int length)) { throw new InvalidOperationException("a refusal was not written"); }

        Send(null, Server, join.From, bytes[..length]);
        return true;
    }

    /// <summary>A former process: where it was, and a join that it really sent.</summary>
    private sealed record OldParty(TransportAddress Address, byte[] Join)
    {
        public static OldParty Make(int number)
        {
            var address = new TransportAddress(HostAddress.Parse($"198.51.100.{100 + number}"), 6311);
            SessionOptions options = HonestParty.Options(address.Host, address.Port, (byte)(0xC0 + number), MeetingRig.Code());
            using var session = new PeerSession(options, Instant.At(TimeSpan.FromSeconds(1)));
            byte[] buffer = new byte[65_535];
            while (session.TryTransmit(buffer, out Transmit transmit))
            {
                if (JoinRequest.IsLikely(buffer.AsSpan(0, transmit.Length))) { return new OldParty(address, buffer[..transmit.Length]); }
            }

            throw new InvalidOperationException("a session begins with a join");
        }
    }
}
