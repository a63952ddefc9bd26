namespace Punch.Protocol.Forwarding;

/// <summary>What the side that opens a stream wants of the other one. The numbers are those on the wire.</summary>
public enum OpenKind
{
    /// <summary>A TCP connection to a host and port.</summary>
    Connect = 1,

    /// <summary>Datagrams to and from a host and UDP port.</summary>
    Datagrams = 2,

    /// <summary>A connection to a Unix socket.</summary>
    Unix = 3,

    /// <summary>A TCP port that listens, for as long as the stream is open.</summary>
    Listen = 4,

    /// <summary>A UDP port that listens, for as long as the stream is open.</summary>
    ListenDatagrams = 5,

    /// <summary>A connection that came to such a TCP port.</summary>
    Accepted = 6,

    /// <summary>Datagrams from one source that came to such a UDP port.</summary>
    AcceptedDatagrams = 7,
}

/// <summary>What kinds have in common.</summary>
public static class OpenKinds
{
    /// <summary>Whether the stream carries datagrams, and not bytes.</summary>
    public static bool HasDatagrams(this OpenKind kind) =>
        kind is OpenKind.Datagrams or OpenKind.ListenDatagrams or OpenKind.AcceptedDatagrams;

    /// <summary>Whether the other side is to listen.</summary>
    public static bool Listens(this OpenKind kind) => kind is OpenKind.Listen or OpenKind.ListenDatagrams;

    /// <summary>Whether something came to a port that listens.</summary>
    public static bool IsAccepted(this OpenKind kind) => kind is OpenKind.Accepted or OpenKind.AcceptedDatagrams;
}
