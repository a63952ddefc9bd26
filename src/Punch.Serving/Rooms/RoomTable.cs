using System.Numerics;
using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>The parties in a room, seen from one of them.</summary>
/// <param name="Mine">The party's own slot, or <see cref="PagedPool.None"/>.</param>
/// <param name="Other">Another party's slot, or <see cref="PagedPool.None"/>.</param>
/// <param name="Others">The number of other parties, 0 to 2.</param>
internal readonly record struct RoomView(int Mine, int Other, int Others)
{
    /// <summary>The slot of the second other party, or <see cref="PagedPool.None"/>.</summary>
    public int Another { get; init; } = PagedPool.None;

    /// <summary>Whether the two who are there are other parties.</summary>
    public bool IsCrowded => Others == 2;
}

/// <summary>Where a party was seen.</summary>
/// <param name="Address">An address that the party has proven.</param>
/// <param name="Arrival">The number of the arrival of its join from there.</param>
internal readonly record struct Whereabouts(TransportAddress Address, int Arrival);

/// <summary>
/// The rooms of a server and their parties. A party is forgotten if it has not been seen for <see cref="MemoryRooms.Lifetime"/>, and a room
/// goes with its last party. All parties have the same lifetime, so they expire in the order in which they were seen. <see cref="Expire"/>
/// takes them from one end of a list and never searches.
/// <para>
/// A party costs 144 bytes and 72 for each 68 that it has to say, a possible room 4 to 8. The hash that finds a room is keyed,
/// so nobody can choose names that share a chain.
/// </para>
/// </summary>
internal sealed class RoomTable
{
    private readonly PagedPool<RoomSlot> _slots = new(pageBits: 10);
    private readonly PagedPool<SealedBlock> _blocks = new(pageBits: 12);
    private readonly SipHash _hash;
    private readonly NetworkShares _shares;
    private readonly int _maxRooms;
    private readonly int[] _chains; // by hash: the first slot
    private int _oldest = PagedPool.None;
    private int _newest = PagedPool.None;
    private uint _stamps;

    /// <param name="maxRooms">The most rooms.</param>
    /// <param name="key0">Half of the hash's key.</param>
    /// <param name="key1">The other half of the key.</param>
    /// <param name="limits">The shares of networks.</param>
    public RoomTable(int maxRooms, ulong key0, ulong key1, ShareLimits limits)
    {
        _maxRooms = maxRooms;
        _hash = new SipHash(key0, key1);
        _shares = new NetworkShares(limits, maxRooms, new KeySource(key0, key1).For(KeyPurpose.NetworkShare));
        _chains = new int[BitOperations.RoundUpToPowerOf2((uint)maxRooms)];
    }

    /// <summary>Rooms with one or two parties.</summary>
    public int Rooms { get; private set; }

    /// <summary>Parties in them.</summary>
    public int Parties { get; private set; }

    /// <summary>When the next party expires; null if there is no party.</summary>
    public Instant? NextExpiry => _oldest == PagedPool.None ? null : _slots[_oldest].Seen + MemoryRooms.Lifetime;

    /// <summary>Forgets parties that were not seen for their lifetime, the oldest first.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="most">The most parties to forget.</param>
    /// <returns>Whether more may be due.</returns>
    public bool Expire(Instant now, int most)
    {
        for (int i = 0; i < most; i++)
        {
            if (_oldest == PagedPool.None || IsLive(_oldest, now)) { return false; }

            Remove(_oldest);
        }

        return true;
    }

    /// <summary>Looks into a room. Parties in it that are past their lifetime are forgotten.</summary>
    public RoomView Look(in NameWords room, in NameWords party, Instant now)
    {
        int mine = PagedPool.None, other = PagedPool.None, another = PagedPool.None, others = 0;
        for (int at = Chain(room), next; at != PagedPool.None; at = next)
        {
            ref RoomSlot slot = ref _slots[at];
            next = slot.Next;
            if (slot.Room != room) { continue; }

            if (!IsLive(at, now)) { Remove(at); }
            else if (slot.Party == party) { mine = at; }
            else
            {
                (other, another) = (at, other);
                others++;
            }
        }

        return new RoomView(mine, other, others) { Another = another };
    }

    /// <summary>Makes a slot for a party that has none, in a room that is not crowded.</summary>
    /// <param name="view">The fresh result of <see cref="Look"/>.</param>
    /// <param name="room">The room.</param>
    /// <param name="party">The party.</param>
    /// <param name="client">The address of the party.</param>
    /// <param name="slot">The new slot, without an address or sealed bytes: see <see cref="Refresh"/>.</param>
    /// <returns>False, with nothing changed, if there would be a room too many, or a place too many for its network.</returns>
    public bool TryAdd(in RoomView view, in NameWords room, in NameWords party, in HostAddress client, out int slot)
    {
        slot = PagedPool.None;
        bool isNewRoom = view.Others == 0;
        if (isNewRoom && Rooms == _maxRooms) { return false; }

        NetworkName network = NetworkName.Of(client);
        if (!_shares.TryEnter(network, isNewRoom ? _maxRooms - Rooms : int.MaxValue)) { return false; }

        slot = _slots.Take();
        ref int chain = ref Chain(room);
        ref RoomSlot added = ref _slots[slot];
        (added.Room, added.Party, added.Network, added.Sealed, added.Next) = (room, party, network, PagedPool.None, chain);
        (added.Checks, added.Traits) = (0, SeatTraits.None);
        added.Stamp = added.MovedBy = NextStamp();
        chain = slot;
        Append(slot);
        Rooms += isNewRoom ? 1 : 0;
        Parties++;
        return true;
    }

    /// <summary>The stamp in the ticket of a party's seat.</summary>
    public uint StampOf(int index) => _slots[index].Stamp;

    /// <summary>The stamp in the ticket that moved a party's seat last.</summary>
    public uint MovedBy(int index) => _slots[index].MovedBy;

    /// <summary>Gives a party's seat another ticket, because this one has moved it.</summary>
    public void Restamp(int index) => (_slots[index].MovedBy, _slots[index].Stamp) = (_slots[index].Stamp, NextStamp());

    /// <summary>Whether a party was seen at this address within its lifetime.</summary>
    public bool IsAt(int index, in TransportAddress address, Instant now)
    {
        ref ReturnAddress known = ref _slots[index].Address(address.Host.IsV6);
        return known.IsLive(now) && known.Is(address);
    }

    /// <summary>When a party was seen last, at any address.</summary>
    public Instant SeenAt(int index) => _slots[index].Seen;

    /// <summary>Keeps what a party says of its seat.</summary>
    public void NoteTraits(int index, SeatTraits traits) => _slots[index].Traits = traits;

    /// <summary>A party is asked whether it is there. Returns how often it was since it was seen; 0 if it would not answer.</summary>
    public int Check(int index, Instant now)
    {
        ref RoomSlot slot = ref _slots[index];
        if ((slot.Traits & SeatTraits.AnswersChecks) == 0) { return 0; }

        if (slot.Checks == 0) { slot.CheckedAt = Milliseconds(now); }

        slot.Checks = (byte)Math.Min(slot.Checks + 1, byte.MaxValue);
        return slot.Checks;
    }

    /// <summary>Whether a party was asked often enough, and for long enough, and said nothing.</summary>
    public bool IsGone(int index, TimeSpan after, Instant now)
    {
        ref RoomSlot slot = ref _slots[index];
        uint waited = unchecked(Milliseconds(now) - slot.CheckedAt);
        return slot.Checks >= MemoryRooms.ChecksOfGone && waited >= after.TotalMilliseconds;
    }

    /// <summary>Notes that a party was seen.</summary>
    /// <returns>Whether it said something else than before, or came another way.</returns>
    public bool Refresh(int index, ReadOnlySpan<byte> bytes, in TransportAddress client, int arrival, Instant now)
    {
        Unlink(index);
        Append(index);
        ref RoomSlot slot = ref _slots[index];
        ref ReturnAddress address = ref slot.Address(client.Host.IsV6);
        bool isMoved = !address.IsLive(now) || !address.Is(client, arrival);
        slot.Checks = 0;
        address = new ReturnAddress
        {
            Host = AddressWords.Of(client.Host),
            Scope = client.Host.ScopeId,
            Port = client.Port,
            Transport = client.Transport,
            Arrival = arrival,
            Seen = now.Ticks,
        };
        if (Says(slot, bytes)) { return isMoved; }

        Store(ref slot, bytes);
        return true;
    }

    /// <summary>Forgets a party.</summary>
    public void Remove(int index)
    {
        ref RoomSlot slot = ref _slots[index];
        Release(ref slot);
        Unlink(index);
        _shares.Leave(slot.Network);
        bool isLast = true;
        ref int first = ref Chain(slot.Room);
        if (first == index) { first = slot.Next; }

        for (int at = first; at != PagedPool.None;)
        {
            ref RoomSlot each = ref _slots[at];
            if (each.Next == index) { each.Next = slot.Next; }

            isLast &= each.Room != slot.Room;
            at = each.Next;
        }

        _slots.Return(index);
        Rooms -= isLast ? 1 : 0;
        Parties--;
    }

    /// <summary>Writes the public entry of a party.</summary>
    /// <param name="index">The slot of the party.</param>
    /// <param name="now">The current time. Addresses past their lifetime are left out, as are streams and parties that hide.</param>
    /// <param name="record">Receives the entry.</param>
    public void Describe(int index, Instant now, PartyRecord record)
    {
        ref RoomSlot slot = ref _slots[index];
        bool isHidden = (slot.Traits & SeatTraits.HidesAddress) != 0;
        Span<byte> left = record.Begin(
            slot.SealedLength, isHidden ? null : slot.V4.PublicAddress(now), isHidden ? null : slot.V6.PublicAddress(now));
        slot.Party.Write(record.Party);
        for (int at = slot.Sealed; !left.IsEmpty; at = _blocks[at].Next)
        {
            int length = Math.Min(left.Length, SealedBlock.Length);
            ((ReadOnlySpan<byte>)_blocks[at].Bytes)[..length].CopyTo(left);
            left = left[length..];
        }
    }

    /// <summary>Where a party was seen within its lifetime, the latest first.</summary>
    /// <returns>The number of places, 1 or 2 for a party that is not past its lifetime.</returns>
    public int LocateTargets(int index, Instant now, out Whereabouts first, out Whereabouts second)
    {
        ref RoomSlot slot = ref _slots[index];
        bool isV6First = slot.V6.Port != 0 && slot.V6.Seen > slot.V4.Seen;
        ref ReturnAddress latest = ref slot.Address(isV6First);
        ref ReturnAddress earlier = ref slot.Address(!isV6First);
        first = latest.IsLive(now) ? new Whereabouts(latest.Address, latest.Arrival) : default;
        second = earlier.IsLive(now) ? new Whereabouts(earlier.Address, earlier.Arrival) : default;
        return (latest.IsLive(now) ? 1 : 0) + (earlier.IsLive(now) ? 1 : 0);
    }

    private uint NextStamp() => _stamps = unchecked(_stamps + 1);

    private static uint Milliseconds(Instant now) => unchecked((uint)(now.Ticks / TimeSpan.TicksPerMillisecond));

    private bool IsLive(int index, Instant now) => now < _slots[index].Seen + MemoryRooms.Lifetime;

    private ref int Chain(in NameWords room) => ref _chains[(int)(_hash.Of(room.First, room.Second) & (uint)(_chains.Length - 1))];

    private void Append(int index)
    {
        ref RoomSlot slot = ref _slots[index];
        (slot.Older, slot.Newer) = (_newest, PagedPool.None);
        if (_newest == PagedPool.None) { _oldest = index; }
        else { _slots[_newest].Newer = index; }

        _newest = index;
    }

    private void Unlink(int index)
    {
        ref RoomSlot slot = ref _slots[index];
        if (slot.Older == PagedPool.None) { _oldest = slot.Newer; }
        else { _slots[slot.Older].Newer = slot.Newer; }

        if (slot.Newer == PagedPool.None) { _newest = slot.Older; }
        else { _slots[slot.Newer].Older = slot.Older; }
    }

    private bool Says(in RoomSlot slot, ReadOnlySpan<byte> bytes)
    {
        if (slot.SealedLength != bytes.Length) { return false; }

        for (int at = slot.Sealed; !bytes.IsEmpty; at = _blocks[at].Next)
        {
            int length = Math.Min(bytes.Length, SealedBlock.Length);
            if (!((ReadOnlySpan<byte>)_blocks[at].Bytes)[..length].SequenceEqual(bytes[..length])) { return false; }

            bytes = bytes[length..];
        }

        return true;
    }

    private void Store(ref RoomSlot slot, ReadOnlySpan<byte> bytes)
    {
        Release(ref slot);
        slot.SealedLength = (ushort)bytes.Length;
        int last = PagedPool.None;
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, SealedBlock.Length);
            int block = _blocks.Take();
            bytes[..length].CopyTo(_blocks[block].Bytes);
            bytes = bytes[length..];
            if (last == PagedPool.None) { slot.Sealed = block; }
            else { _blocks[last].Next = block; }

            last = block;
        }
    }

    private void Release(ref RoomSlot slot)
    {
        for (int at = slot.Sealed, next; at != PagedPool.None; at = next)
        {
            next = _blocks[at].Next;
            _blocks.Return(at);
        }

        (slot.Sealed, slot.SealedLength) = (PagedPool.None, 0);
    }
}
