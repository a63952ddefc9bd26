using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>What is kept of a party in a room, but for what it has to say: 140 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RoomSlot : ILinked
{
    /// <summary>The room's name.</summary>
    public NameWords Room;

    /// <summary>The party's name.</summary>
    public NameWords Party;

    /// <summary>Where it was last proven to be, over IPv4 and over IPv6.</summary>
    public ReturnAddress V4;

    /// <inheritdoc cref="V4"/>
    public ReturnAddress V6;

    /// <summary>The host that it counts for: where it was proven to be first.</summary>
    public NetworkName Network;

    /// <summary>The slot that was refreshed before this one, and the one after.</summary>
    public int Older;

    /// <inheritdoc cref="Older"/>
    public int Newer;

    /// <summary>What its ticket is made of: no two seats, and no two addresses of one, had the same.</summary>
    public uint Stamp;

    /// <summary>Where what it has to say begins.</summary>
    public int Sealed;

    /// <summary>Bytes of that.</summary>
    public ushort SealedLength;

    /// <summary>How often it was asked whether it is there since it was seen.</summary>
    public byte Checks;

    /// <summary>Whether it answers to that.</summary>
    public bool AnswersChecks;

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

/// <summary>A name of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct NameWords(ulong First, ulong Second)
{
    public static NameWords Of(ReadOnlySpan<byte> name) => MemoryMarshal.Read<NameWords>(name);

    public void Write(Span<byte> name) => MemoryMarshal.Write(name, this);
}

/// <summary>An address that its owner has proven, when, and how to reach it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ReturnAddress
{
    /// <summary>The host.</summary>
    public AddressWords Host;

    /// <summary>When; ticks of an <see cref="Instant"/>.</summary>
    public long Seen;

    /// <summary>The host's IPv6 scope.</summary>
    public uint Scope;

    /// <summary>The number of how it came: <see cref="ArrivalNumbers"/>.</summary>
    public int Arrival;

    /// <summary>The port; 0 for no address at all.</summary>
    public ushort Port;

    /// <summary>The address.</summary>
    public readonly TransportAddress Address => new(Host.ToHost(Scope), Port);

    /// <summary>Whether it was proven within the lifetime.</summary>
    public readonly bool IsLive(Instant now) => Port != 0 && now.Ticks < Seen + MemoryRooms.Lifetime.Ticks;

    /// <summary>Whether this is the address and the way to it.</summary>
    public readonly bool Is(in TransportAddress address, int arrival) => Arrival == arrival && Is(address);

    /// <summary>Whether this is the address.</summary>
    public readonly bool Is(in TransportAddress address) =>
        Port == address.Port && Scope == address.Host.ScopeId && Host == AddressWords.Of(address.Host);
}

/// <summary>A piece of what a party has to say.</summary>
internal struct SealedBlock : ILinked
{
    /// <summary>Bytes in each, which makes a block 64 bytes.</summary>
    public const int Length = 60;

    /// <summary>The bytes.</summary>
    public SealedBytes Bytes;

    /// <summary>The next piece.</summary>
    public int Next { get; set; }

    /// <summary>The bytes of a block.</summary>
    [InlineArray(Length)]
    public struct SealedBytes
    {
        private byte _first;
    }
}
