using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Tables;

namespace Punch.Serving.Relay;

/// <summary>A room whose frames are relayed: 224 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RelaySession : ILinked
{
    /// <summary>The room's name.</summary>
    public NameWords Room;

    /// <summary>Bytes that were forwarded, both ways.</summary>
    public long Volume;

    /// <summary>When it was put at the end of its list; ticks of an <see cref="Instant"/>.</summary>
    public long Queued;

    /// <summary>When a frame was dropped for the rate the last time; ticks.</summary>
    public long RefusedAt;

    /// <summary>The one before it in its list, and the one after.</summary>
    public int Older;

    /// <inheritdoc cref="Older"/>
    public int Newer;

    /// <summary>What it is.</summary>
    public RelayState State;

    private RelayLeg _first;
    private RelayLeg _second;

    /// <summary>The next session of the same hash.</summary>
    public int Next { get; set; }

    /// <summary>One of the two legs.</summary>
    /// <param name="side">0 or 1.</param>
    [UnscopedRef]
    public ref RelayLeg Leg(int side)
    {
        if (side == 0) { return ref _first; }

        return ref _second;
    }
}

/// <summary>What a session is.</summary>
internal enum RelayState
{
    /// <summary>It is none: the slot is free.</summary>
    Free,

    /// <summary>It has one leg.</summary>
    Waiting,

    /// <summary>It has two.</summary>
    Paired,

    /// <summary>It has used up its volume, and is kept so that it is not begun again at once.</summary>
    Spent,
}

/// <summary>A party's address in a session.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RelayLeg
{
    /// <summary>The party's name.</summary>
    public NameWords Party;

    /// <summary>The host.</summary>
    public AddressWords Host;

    /// <summary>When a bind or a frame came from there; ticks of an <see cref="Instant"/>.</summary>
    public long Heard;

    /// <summary>When it was told something; ticks.</summary>
    public long Told;

    /// <summary>How much of its rate it has left: see <see cref="ByteRate"/>.</summary>
    public long FullAt;

    /// <summary>The host's IPv6 scope.</summary>
    public uint Scope;

    /// <summary>The number of how its bind came: <see cref="ArrivalNumbers"/>.</summary>
    public int Arrival;

    /// <summary>Bytes that came from there since it was told something, so that it is never told more.</summary>
    public int Credit;

    /// <summary>The next leg of the same hash.</summary>
    public int Next;

    /// <summary>The port; 0 for no leg at all.</summary>
    public ushort Port;

    /// <summary>What carries datagrams there.</summary>
    public Transport Transport;

    /// <summary>Whether there is a leg.</summary>
    public readonly bool IsBound => Port != 0;

    /// <summary>The host that it counts for.</summary>
    public readonly NetworkName Network => NetworkName.Of(Host);

    /// <summary>The address.</summary>
    public readonly TransportAddress Address => new(Host.ToHost(Scope), Port, Transport);

    /// <summary>Whether this is the address.</summary>
    public readonly bool Is(in AddressWords host, in TransportAddress address) =>
        Port == address.Port && Transport == address.Transport && Host == host && Scope == address.Host.ScopeId;
}
