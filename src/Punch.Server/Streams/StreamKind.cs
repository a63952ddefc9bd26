using Punch.Protocol;

namespace Punch.Server.Streams;

/// <summary>What a TCP port speaks.</summary>
public enum StreamKind
{
    /// <summary>Frames on TCP.</summary>
    Plain,

    /// <summary>TLS, and in it frames or a WebSocket, as the client begins.</summary>
    Tls,

    /// <summary>A WebSocket without TLS, for a web server in front.</summary>
    WebSocket,
}

/// <summary>Names of the kinds.</summary>
internal static class StreamKinds
{
    /// <summary>The transport in the addresses of a port's clients.</summary>
    public static Transport Transport(this StreamKind kind) => kind switch
    {
        StreamKind.Tls => Protocol.Transport.Tls,
        StreamKind.WebSocket => Protocol.Transport.WebSocket,
        _ => Protocol.Transport.Tcp,
    };
}
