namespace Punch.Protocol;

/// <summary>The transport of a <see cref="TransportAddress"/>. TCP, TLS and WebSocket are streams that carry datagrams in frames.</summary>
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

    /// <summary>UDP between a TURN server of this side and the peer. A driver never sees it: the session sends to the server.</summary>
    Turned,
}
