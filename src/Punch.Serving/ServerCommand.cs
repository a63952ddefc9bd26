using Punch.Protocol;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>The actions that a <see cref="ServerMachine"/> asks of its driver.</summary>
public enum ServerAction
{
    /// <summary>
    /// Send a datagram. If its destination is a stream (<see cref="TransportAddress.IsStream"/>), it goes in a frame on the connection of
    /// that client at that endpoint, which may be another machine's. It is dropped if there is none, or if that is slow.
    /// </summary>
    Send,

    /// <summary>Send a datagram on that came from another client: many come in a row, and may leave together.</summary>
    Forward,

    /// <summary>Write bytes to a connection.</summary>
    Reply,

    /// <summary>Close a connection, once the bytes of earlier commands are written.</summary>
    Close,
}

/// <summary>A command to the driver. Its bytes are in the buffer that was given to <see cref="ServerMachine.TryCommand"/>.</summary>
public readonly record struct ServerCommand
{
    /// <summary>The action.</summary>
    public ServerAction Action { get; private init; }

    /// <summary>For Send and Forward: where to send from.</summary>
    public Arrival From { get; private init; }

    /// <summary>For Send and Forward: the destination.</summary>
    public TransportAddress To { get; private init; }

    /// <summary>For Reply and Close: the driver's number of the connection.</summary>
    public long Connection { get; private init; }

    /// <summary>For Send, Forward and Reply: the number of bytes in the buffer.</summary>
    public int Length { get; private init; }

    internal static ServerCommand Send(in Arrival from, in TransportAddress to, int length) =>
        new() { Action = ServerAction.Send, From = from, To = to, Length = length };

    internal static ServerCommand Forward(in Arrival from, in TransportAddress to, int length) =>
        new() { Action = ServerAction.Forward, From = from, To = to, Length = length };

    internal static ServerCommand Reply(long connection, int length) =>
        new() { Action = ServerAction.Reply, Connection = connection, Length = length };

    internal static ServerCommand Close(long connection) => new() { Action = ServerAction.Close, Connection = connection };
}
