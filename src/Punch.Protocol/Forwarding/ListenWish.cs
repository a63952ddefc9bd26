using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>A wish that the peer listens, and how it stands.</summary>
/// <param name="remote">The wish.</param>
internal sealed class ListenWish(RemoteListen remote)
{
    /// <summary>The wish.</summary>
    public RemoteListen Remote => remote;

    /// <summary>The stream that it went out on; null while there is none.</summary>
    public IByteStream? Control { get; set; }

    /// <summary>Whether the peer has replied.</summary>
    public bool IsReplied { get; set; }
}
