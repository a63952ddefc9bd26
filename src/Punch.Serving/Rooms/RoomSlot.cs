using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>What is kept of a party in a room, but for what it has to say: 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RoomSlot : ILinked
{
    /// <summary>The name of the room.</summary>
    public NameWords Room;

    /// <summary>The name of the party.</summary>
    public NameWords Party;

    /// <summary>The address that it proved last, for IPv4 and for IPv6.</summary>
    public ReturnAddress V4;

    /// <inheritdoc cref="V4"/>
    public ReturnAddress V6;

    /// <summary>The network that the seat counts for: that of the address it proved first.</summary>
    public NetworkName Network;

    /// <summary>The slots that were refreshed just before this one, and just after.</summary>
    public int Older;

    /// <inheritdoc cref="Older"/>
    public int Newer;

    /// <summary>The input of its ticket. No two seats have the same stamp, and a seat gets a new one with each move.</summary>
    public uint Stamp;

    /// <summary>The input of the ticket that moved the seat last; that of its own ticket before the first move.</summary>
    public uint MovedBy;

    /// <summary>The first block of its sealed bytes.</summary>
    public int Sealed;

    /// <summary>The length of the sealed bytes.</summary>
    public ushort SealedLength;

    /// <summary>How often it was asked whether it is there since it was seen.</summary>
    public byte Checks;

    /// <summary>What it said of itself.</summary>
    public SeatTraits Traits;

    /// <summary>When it was asked first: milliseconds, of which the high bits are lost.</summary>
    public uint CheckedAt;

    /// <summary>The next slot of the same hash.</summary>
    public int Next { get; set; }

    /// <summary>When it was refreshed last.</summary>
    public readonly Instant Seen => new(Math.Max(V4.Seen, V6.Seen));

    /// <summary>The address of one family.</summary>
    [UnscopedRef]
    public ref ReturnAddress Address(bool isV6)
    {
        if (isV6) { return ref V6; }

        return ref V4;
    }
}

/// <summary>What a party says of its seat.</summary>
[Flags]
internal enum SeatTraits : byte
{
    /// <summary>Nothing: a client of before.</summary>
    None = 0,

    /// <summary>It answers when it is asked whether it is there.</summary>
    AnswersChecks = 1,

    /// <summary>The other party is not to be told its addresses.</summary>
    HidesAddress = 2,
}

/// <summary>A name of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct NameWords(ulong First, ulong Second)
{
    public static NameWords Of(ReadOnlySpan<byte> name) => MemoryMarshal.Read<NameWords>(name);

    public void Write(Span<byte> name) => MemoryMarshal.Write(name, this);
}

/// <summary>An address that its owner has proven, with the time and the way to reach it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ReturnAddress
{
    /// <summary>The host address.</summary>
    public AddressWords Host;

    /// <summary>When it was proven last, in ticks of an <see cref="Instant"/>.</summary>
    public long Seen;

    /// <summary>The IPv6 scope of the host.</summary>
    public uint Scope;

    /// <summary>The number of its arrival: <see cref="ArrivalNumbers"/>.</summary>
    public int Arrival;

    /// <summary>The port; 0 means no address.</summary>
    public ushort Port;

    /// <summary>What carries datagrams there.</summary>
    public Transport Transport;

    /// <summary>The address.</summary>
    public readonly TransportAddress Address => new(Host.ToHost(Scope), Port, Transport);

    /// <summary>The address to tell others, who can send to it only over UDP; null when it is past its lifetime, or a stream's.</summary>
    public readonly TransportAddress? PublicAddress(Instant now) => IsLive(now) && Transport == Transport.Udp ? Address : null;

    /// <summary>Whether it was proven within the lifetime.</summary>
    public readonly bool IsLive(Instant now) => Port != 0 && now.Ticks < Seen + MemoryRooms.Lifetime.Ticks;

    /// <summary>Whether it has this address and this arrival.</summary>
    public readonly bool Is(in TransportAddress address, int arrival) => Arrival == arrival && Is(address);

    /// <summary>Whether it has this address.</summary>
    public readonly bool Is(in TransportAddress address) =>
        Port == address.Port && Transport == address.Transport && Scope == address.Host.ScopeId && Host == AddressWords.Of(address.Host);
}

/// <summary>A block of a party's sealed bytes.</summary>
internal struct SealedBlock : ILinked
{
    /// <summary>
    /// Bytes in each block. With the link, a block has 72 bytes. Three of them hold what a party with four candidates says.
    /// </summary>
    public const int Length = 68;

    /// <summary>The bytes.</summary>
    public SealedBytes Bytes;

    /// <summary>The next block.</summary>
    public int Next { get; set; }

    /// <summary>The bytes of a block.</summary>
    [InlineArray(Length)]
    public struct SealedBytes
    {
        private byte _first;
    }
}
