namespace Punch.Protocol;

/// <summary>The transport of a <see cref="TransportAddress"/>. All but UDP are streams that carry datagrams in frames.</summary>
public enum Transport : byte
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,

    /// <summary>WebSocket (RFC 6455) over TLS.</summary>
    WebSocket,
}
