using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;

namespace Punch.Tests.Model;

/// <summary>
/// The server is honest; the adversary knows the room and what the parties say to the server, as one who saw their joins. It has an address
/// of its own with a nonce for it, and forges any source. It has no nonce of another address: who has one sees what the server sends there.
/// A waits, B comes when it likes.
/// </summary>
internal sealed class SeatWorld : World
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Refreshes = TimeSpan.FromSeconds(20);
    private static readonly TransportAddress Own = TransportAddress.Parse("192.0.2.66:666");
    private static readonly TransportAddress Forged = TransportAddress.Parse("192.0.2.99:99");

    private readonly (string Name, HonestParty? Victim, Func<bool> Do)[] _actions;
    private readonly List<int> _done = [];
    private readonly List<HonestParty> _seated = [];
    private readonly byte[] _nonce;
    private readonly bool _isControl;
    private HonestParty? _victim;
    private bool _isSeated;
    private string _served = "";

    public SeatWorld()
        : this(isControl: false)
    {
    }

    private SeatWorld(bool isControl)
    {
        _isControl = isControl;
        _actions =
        [
            ("0.3 s pass", null, () => Wait(Blink)),
            ("20 s pass", null, () => Wait(Refreshes)),
            ("B starts", null, StartB),
            ("the adversary takes a seat of its own", null, () => SitDown(isLeaving: false)),
            ("the adversary gives up its seat", null, () => _isSeated && SitDown(isLeaving: true)),
            .. Attacks(A),
            .. Attacks(B),
        ];
        A.Start();
        Pass(Blink);
        _nonce = Nonce();
    }

    public override IReadOnlyList<string> Actions => [.. _actions.Select(action => action.Name)];

    public override ulong Digest => Mix.Of(base.Digest, Mix.Of(_served), _isSeated ? 1UL : 0UL);

    protected override bool TryDo(int action)
    {
        _done.Add(action);
        _victim = _actions[action].Victim ?? _victim;
        return _actions[action].Do();
    }

    protected override bool Calm()
    {
        // A stranger in the room keeps the true peer out: docs/threat-model.md says so.
        bool wasStranger = _done.Any(action => action is 3 or 4);
        if (!_isControl && !wasStranger) { CompareSeats(); }

        if (B.Session is null) { StartB(); }

        return !wasStranger;
    }

    protected override void OnServed(in Flight request, in Transmit sent, ReadOnlySpan<byte> bytes)
    {
        bool isParty = sent.To == A.Address || sent.To == B.Address;
        bool isSeated = sent.To == Own && _isSeated;
        if (sent.To != request.From && !isParty && !isSeated) { Break(Promise.KnownPlaces, $"the server sends to {sent.To}"); }

        PeerEntry told = JoinReply.TryRead(bytes, out JoinReply reply) ? reply.Peer
            : PeerNotice.TryRead(bytes, out PeerNotice notice) ? notice.Peer
            : default;
        if (reply.Lifetime > TimeSpan.Zero && request.Sender is { } sender && !_seated.Contains(sender)) { _seated.Add(sender); }

        // A seat that is free may be taken by whoever saw a join: docs/threat-model.md says so.
        if (Owner(told) is not { } owner || !_seated.Contains(owner)) { return; }

        if (told.V4 != owner.Address) { Break(Promise.KnownPlaces, $"{sent.To} is told that {owner.Name} is at {told.V4}"); }
    }

    private (string Name, HonestParty? Victim, Func<bool> Do)[] Attacks(HonestParty victim)
    {
        (string Name, HonestParty? Victim, Func<bool> Do) Attack(string what, Func<bool> attack) => ($"the adversary {what} {victim.Name}", victim, attack);
        return
        [
            Attack("joins from its own address, which is proven, as", () => Say(victim, Own, _nonce)),
            Attack("joins from its own address, without a nonce, as", () => Say(victim, Own, [])),
            Attack("joins with other words, from its own address, which is proven, as", () => Say(victim, Own, _nonce, isGarbage: true)),
            Attack("joins from a forged address, without a nonce, as", () => Say(victim, Forged, [])),
            Attack("joins from a forged address, with the nonce of its own, as", () => Say(victim, Forged, _nonce)),
            Attack("joins from the victim's address, with the nonce of its own and other words, as", () => Say(victim, victim.Address, _nonce, isGarbage: true)),
            Attack("joins from the victim's address, without a nonce and with other words, as", () => Say(victim, victim.Address, [], isGarbage: true)),
            Attack("leaves from its own address, which is proven, as", () => Say(victim, Own, _nonce, isLeaving: true)),
            Attack("leaves from its own address, without a nonce, as", () => Say(victim, Own, [], isLeaving: true)),
            Attack("leaves from the victim's address, with the nonce of its own, as", () => Say(victim, victim.Address, _nonce, isLeaving: true)),
        ];
    }

    private bool Wait(TimeSpan time)
    {
        Pass(time);
        return true;
    }

    private bool StartB()
    {
        if (B.Session is not null) { return false; }

        B.Start();
        Pass(Blink);
        return true;
    }

    private bool SitDown(bool isLeaving)
    {
        _isSeated = !isLeaving;
        byte[] join = Rewrite(A.Joins[^1], _nonce, isLeaving, isGarbage: true, party: JoinBytes.Name(0xEE));
        Serve(new Flight(null, Own, Server, join));
        return true;
    }

    private bool Say(HonestParty victim, TransportAddress from, byte[] nonce, bool isLeaving = false, bool isGarbage = false)
    {
        if (victim.Joins.Count == 0) { return false; }

        Serve(new Flight(null, from, Server, Rewrite(victim.Joins[^1], nonce, isLeaving, isGarbage)));
        return true;
    }

    /// <summary>What another process of somebody else's got from the server for the adversary's address.</summary>
    private byte[] Nonce()
    {
        byte[] join = Rewrite(A.Joins[0], [], isLeaving: false, isGarbage: true, party: JoinBytes.Name(0xEE), room: JoinBytes.Name(0xDD));
        foreach (byte[] bytes in Serve(new Flight(null, Own, Server, join)))
        {
            if (JoinReply.TryRead(bytes, out JoinReply reply) && !reply.Nonce.IsEmpty) { return reply.Nonce.ToArray(); }
        }

        throw new InvalidOperationException("the server gives no nonce");
    }

    /// <summary>
    /// What the seats look like to the other party must not depend on the adversary: the same is done without it, and compared.
    /// </summary>
    private void CompareSeats()
    {
        using var control = new SeatWorld(isControl: true);
        foreach (int action in _done.Where(action => _actions[action].Victim is null)) { control.Do(action); }

        // A party that asks repairs its own seat, so the one that was not attacked asks first.
        bool isBFirst = _victim == A;
        string expected = control.Seats(isBFirst);
        string actual = Seats(isBFirst);
        if (actual != expected) { Break(Promise.SeatIsOwn, $"the seats are {actual}; without the adversary {expected}"); }
    }

    private string Seats(bool isBFirst) => string.Join(", ", (isBFirst ? new[] { B, A } : [A, B]).Select(See));

    /// <summary>What the server answers when a party sends its last join again, as a network that doubles datagrams would.</summary>
    private string See(HonestParty party)
    {
        if (party.Joins.Count == 0) { return $"{party.Name} is not there"; }

        Tick();
        foreach (byte[] bytes in Serve(new Flight(party, party.Address, Server, party.Joins[^1])))
        {
            if (!JoinReply.TryRead(bytes, out JoinReply reply)) { continue; }

            string whom = reply.Peer.IsEmpty ? "nobody" : $"{Owner(reply.Peer)?.Name ?? "a stranger"} at {reply.Peer.V4} ({Says(reply.Peer)})";
            return reply.Error is { } error ? $"{party.Name} is refused ({error})" : $"{party.Name} sees {whom}";
        }

        return $"{party.Name} gets no reply";
    }

    private HonestParty? Owner(in PeerEntry entry)
    {
        foreach (HonestParty party in Parties)
        {
            if (party.Joins.Count > 0 && !entry.IsEmpty && Read(party.Joins[0]).Party.SequenceEqual(entry.Party)) { return party; }
        }

        return null;
    }

    private string Says(in PeerEntry entry)
    {
        foreach (HonestParty party in Parties)
        {
            foreach (byte[] join in party.Joins)
            {
                if (Read(join).Sealed.SequenceEqual(entry.Sealed)) { return "its own words"; }
            }
        }

        return "other words";
    }

    private static JoinRequest Read(byte[] bytes) =>
        JoinRequest.Read(bytes, out _, out JoinRequest join) == JoinReading.Join ? join : throw new InvalidOperationException("no join");

    /// <summary>
    /// Changes a join as one can who saw it: attribute by attribute, so that whatever else the format has is copied as it is.
    /// </summary>
    private static byte[] Rewrite(
        byte[] join, byte[] nonce, bool isLeaving, bool isGarbage, byte[]? party = null, byte[]? room = null)
    {
        if (StunMessage.Parse(join, out StunMessage message) != StunParseError.None) { throw new InvalidOperationException("no join"); }

        var bytes = new StunBytes(JoinBytes.Request);
        foreach (StunAttribute attribute in message.Attributes)
        {
            byte[] value = attribute.Value.ToArray();
            switch ((ushort)attribute.Type)
            {
                case JoinBytes.Nonce or JoinBytes.Filler or JoinBytes.Lifetime or 0x8028:
                    continue;
                case JoinBytes.Sealed when isLeaving:
                    continue;
                case JoinBytes.Sealed when isGarbage:
                    value = [.. value.Select(b => (byte)(b ^ 0x55))];
                    break;
                case JoinBytes.Party:
                    value = party ?? value;
                    break;
                case JoinBytes.Room:
                    value = room ?? value;
                    break;
                default:
                    break;
            }

            bytes.With((ushort)attribute.Type, value);
        }

        if (nonce.Length > 0) { bytes.With(JoinBytes.Nonce, nonce); }

        if (isLeaving) { bytes.With(JoinBytes.Lifetime, 0, 0, 0, 0); }

        return bytes.With(JoinBytes.Filler, new byte[join.Length - 8 - 4 - bytes.ToArray().Length]).WithFingerprint().ToArray();
    }
}
