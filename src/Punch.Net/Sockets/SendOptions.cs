using Punch.Protocol;

namespace Punch.Net.Sockets;

/// <summary>How datagrams are sent. The default is one datagram, in the system's own way.</summary>
public readonly record struct SendOptions
{
    /// <summary>The TTL or hop limit; 0 is the system's own.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Which address of this machine to send from; a wildcard leaves it to the system.</summary>
    public HostAddress Source { get; init; }

    /// <summary>Bytes of each datagram but the last, which may be shorter; 0 if there is only one.</summary>
    public int SegmentSize { get; init; }

    /// <summary>Whether the datagrams must not be cut into fragments, as far as the system can forbid it.</summary>
    public bool DontFragment { get; init; }
}
