namespace Punch.Protocol.Forwarding;

/// <summary>The network of this machine, as forwards use it. It wakes the driver when something changed.</summary>
public interface IForwardNetwork
{
    /// <summary>Begins to connect. What the peer asked for must be allowed; what this side wants itself need not be.</summary>
    IDial Dial(in OpenRequest request, bool isOwn);

    /// <summary>Listens. What the peer asked for must be allowed; what this side wants itself need not be.</summary>
    /// <param name="request">The place.</param>
    /// <param name="isOwn">Whether it is this side's own wish.</param>
    /// <param name="port">What listens, if it could be had.</param>
    OpenStatus Listen(in OpenRequest request, bool isOwn, out IListenPort? port);
}

/// <summary>A connection that is being made.</summary>
public interface IDial : IDisposable
{
    /// <summary>Takes the result; false while there is none.</summary>
    bool TryTake(out NetworkEnd end);
}

/// <summary>A port that listens. What comes waits until it is taken.</summary>
public interface IListenPort : IDisposable
{
    /// <summary>The port number; 0 for a Unix socket.</summary>
    int Port { get; }

    /// <summary>Where it listens, in words for people.</summary>
    string Local { get; }

    /// <summary>Takes what came; false if nothing did.</summary>
    bool TryAccept(out NetworkEnd end);
}

/// <summary>An end of a connection or of a flow on this machine.</summary>
/// <param name="Status">Whether there is one.</param>
/// <param name="Bytes">The end of a connection; null for a flow.</param>
/// <param name="Datagrams">The end of a flow; null for a connection.</param>
/// <param name="Remote">The other program's address, in words for people.</param>
public readonly record struct NetworkEnd(OpenStatus Status, IByteEnd? Bytes, IDatagramEnd? Datagrams, string Remote)
{
    /// <summary>What did not come about.</summary>
    public static NetworkEnd Without(OpenStatus status) => new(status, null, null, "");
}
