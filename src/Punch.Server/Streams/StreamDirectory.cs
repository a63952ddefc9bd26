using System.Collections.Concurrent;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server.Streams;

/// <summary>
/// The open connections, by the endpoint and the address of the client. Any thread may send: a party on a stream has a peer on UDP, whose
/// datagrams come to another thread.
/// </summary>
internal sealed class StreamDirectory
{
    private readonly ConcurrentDictionary<(int Endpoint, TransportAddress Client), ClientStream> _open = [];
    private long _dropped;

    /// <summary>The number of datagrams that no connection took.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Adds a connection. One with the same ends is over: its client has opened another.</summary>
    public void Add(ClientStream stream) => _open[(stream.Endpoint, stream.Client)] = stream;

    /// <summary>Removes a connection, unless a later one has its place.</summary>
    public void Remove(ClientStream stream) => _open.TryRemove(new((stream.Endpoint, stream.Client), stream));

    /// <summary>Carries out a command to a client on a stream. The datagram is dropped if the client is gone or slow.</summary>
    public void Send(in ServerCommand command, ReadOnlySpan<byte> datagram)
    {
        SendKind kind = command.Action == ServerAction.Forward ? SendKind.Frame : SendKind.Notice;
        bool isOpen = _open.TryGetValue((command.From.Endpoint, command.To), out ClientStream? stream);
        if (!isOpen || !stream!.Queue.TryAdd(datagram, kind)) { Interlocked.Increment(ref _dropped); }
    }
}
