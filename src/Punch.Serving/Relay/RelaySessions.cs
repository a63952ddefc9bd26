using System.Numerics;
using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Tables;

namespace Punch.Serving.Relay;

/// <summary>
/// The sessions of a relay, found by room and by the address of a leg, and in the order in which they were used. A leg is numbered by its
/// session and its side; no address has two. The hashes are keyed, so nobody can choose names or addresses that share a chain.
/// </summary>
internal sealed class RelaySessions
{
    private const int Sides = 2;

    private readonly PagedPool<RelaySession> _slots = new(pageBits: 8);
    private readonly SipHash _roomHash;
    private readonly SipHash _addressHash;
    private readonly int[] _rooms; // by hash: the first session
    private readonly int[] _addresses; // by hash: the first leg
    private SessionList _waiting;
    private SessionList _others;

    /// <param name="most">For how many sessions it is made.</param>
    /// <param name="keys">Makes the keys of the hashes.</param>
    public RelaySessions(int most, KeySource keys)
    {
        (ulong First, ulong Second) room = keys.For(KeyPurpose.RelayRoomHash), address = keys.For(KeyPurpose.RelayAddressHash);
        _roomHash = new SipHash(room.First, room.Second);
        _addressHash = new SipHash(address.First, address.Second);
        int chains = (int)BitOperations.RoundUpToPowerOf2((uint)most);
        _rooms = new int[chains];
        _addresses = new int[Sides * chains];
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Legs of all.</summary>
    public int Legs { get; private set; }

    /// <summary>The index after the highest that a session has.</summary>
    public int End => _slots.End;

    /// <summary>The one with a single leg that was used longest ago, or <see cref="PagedPool.None"/>.</summary>
    public int OldestWaiting => _waiting.Oldest;

    /// <summary>The one of all others that was used longest ago, or <see cref="PagedPool.None"/>.</summary>
    public int OldestOther => _others.Oldest;

    /// <summary>A session, where it lies.</summary>
    public ref RelaySession this[int session] => ref _slots[session];

    /// <summary>The number of a leg.</summary>
    public static int LegOf(int session, int side) => (Sides * session) + side;

    /// <summary>The session of a leg.</summary>
    public static int SessionOf(int leg) => leg / Sides;

    /// <summary>The side of a leg.</summary>
    public static int SideOf(int leg) => leg % Sides;

    /// <summary>A leg, where it lies.</summary>
    public ref RelayLeg Leg(int leg) => ref _slots[SessionOf(leg)].Leg(SideOf(leg));

    /// <summary>The session of a room, or <see cref="PagedPool.None"/>.</summary>
    public int Find(in NameWords room)
    {
        int at = RoomChain(room);
        while (at != PagedPool.None && _slots[at].Room != room) { at = _slots[at].Next; }

        return at;
    }

    /// <summary>The leg at an address, or <see cref="PagedPool.None"/>.</summary>
    public int FindLeg(in TransportAddress address)
    {
        AddressWords host = AddressWords.Of(address.Host);
        int at = AddressChain(host, address.Port);
        while (at != PagedPool.None)
        {
            ref RelayLeg leg = ref Leg(at);
            if (leg.Is(host, address)) { return at; }

            at = leg.Next;
        }

        return PagedPool.None;
    }

    /// <summary>Makes a session without legs, in no list: see <see cref="Place"/>.</summary>
    public int Add(in NameWords room)
    {
        int session = _slots.Take();
        ref int chain = ref RoomChain(room);
        ref RelaySession added = ref _slots[session];
        (added.Room, added.Next) = (room, chain);
        chain = session;
        Count++;
        return session;
    }

    /// <summary>Forgets a session without legs.</summary>
    public void Remove(int session)
    {
        Unlink(session);
        ref RelaySession removed = ref _slots[session];
        ref int link = ref RoomChain(removed.Room);
        int before = PagedPool.None;
        for (int at = link; at != session; at = _slots[at].Next) { before = at; }

        if (before == PagedPool.None) { link = removed.Next; }
        else { _slots[before].Next = removed.Next; }

        removed.State = RelayState.Free;
        _slots.Return(session);
        Count--;
    }

    /// <summary>Sets a leg that is not bound; the side keeps what it has left of its rate.</summary>
    public void Bind(int leg, in NameWords party, in TransportAddress client)
    {
        ref RelayLeg bound = ref Leg(leg);
        (bound.Party, bound.Host, bound.Scope, bound.Port) = (party, AddressWords.Of(client.Host), client.Host.ScopeId, client.Port);
        (bound.Transport, bound.Credit) = (client.Transport, 0);
        ref int chain = ref AddressChain(bound.Host, bound.Port);
        bound.Next = chain;
        chain = leg;
        Legs++;
    }

    /// <summary>Empties a leg that is bound.</summary>
    public void Unbind(int leg)
    {
        ref RelayLeg bound = ref Leg(leg);
        ref int link = ref AddressChain(bound.Host, bound.Port);
        int before = PagedPool.None;
        for (int at = link; at != leg; at = Leg(at).Next) { before = at; }

        if (before == PagedPool.None) { link = bound.Next; }
        else { Leg(before).Next = bound.Next; }

        bound.Port = 0;
        Legs--;
    }

    /// <summary>Says what a session is from now on, and puts it at the end of its list.</summary>
    public void Place(int session, RelayState state, Instant now)
    {
        Unlink(session);
        ref RelaySession placed = ref _slots[session];
        (placed.State, placed.Queued) = (state, now.Ticks);
        ref SessionList list = ref ListOf(state);
        (placed.Older, placed.Newer) = (list.Newest, PagedPool.None);
        if (list.Newest == PagedPool.None) { list.Oldest = session; }
        else { _slots[list.Newest].Newer = session; }

        list.Newest = session;
    }

    private void Unlink(int session)
    {
        ref RelaySession slot = ref _slots[session];
        if (slot.State == RelayState.Free) { return; }

        ref SessionList list = ref ListOf(slot.State);
        if (slot.Older == PagedPool.None) { list.Oldest = slot.Newer; }
        else { _slots[slot.Older].Newer = slot.Newer; }

        if (slot.Newer == PagedPool.None) { list.Newest = slot.Older; }
        else { _slots[slot.Newer].Older = slot.Older; }
    }

    private ref SessionList ListOf(RelayState state)
    {
        if (state == RelayState.Waiting) { return ref _waiting; }

        return ref _others;
    }

    private ref int RoomChain(in NameWords room) => ref _rooms[(int)(_roomHash.Of(room.First, room.Second) & (uint)(_rooms.Length - 1))];

    // The port goes into the upper half, which a neighbour on the same /64 cannot choose.
    private ref int AddressChain(in AddressWords host, ushort port)
    {
        ulong hash = _addressHash.Of(host.High ^ ((ulong)port << 48), host.Low);
        return ref _addresses[(int)(hash & (uint)(_addresses.Length - 1))];
    }

    /// <summary>The ends of a list; empty by default.</summary>
    private struct SessionList
    {
        public int Oldest;
        public int Newest;
    }
}
