using Punch.Protocol;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>What a driver is to do for a <see cref="ServerMachine"/>.</summary>
public enum ServerAction
{
    /// <summary>Send a datagram.</summary>
    Send,

    /// <summary>Send a datagram on that came from another client: many come in a row, and may leave together.</summary>
    Forward,

    /// <summary>Write bytes to a connection.</summary>
    Reply,

    /// <summary>Close a connection, once what came before this is written.</summary>
    Close,
}

/// <summary>An order to the driver. Its bytes stand in the buffer that <see cref="ServerMachine.TryCommand"/> was given.</summary>
public readonly record struct ServerCommand
{
    /// <summary>What to do.</summary>
    public ServerAction Action { get; private init; }

    /// <summary>To send or to forward: from where.</summary>
    public Arrival From { get; private init; }

    /// <summary>To send or to forward: where to.</summary>
    public TransportAddress To { get; private init; }

    /// <summary>To reply or to close: the driver's number of the connection.</summary>
    public long Connection { get; private init; }

    /// <summary>To send, to forward or to reply: bytes in the buffer.</summary>
    public int Length { get; private init; }

    internal static ServerCommand Send(in Arrival from, in TransportAddress to, int length) =>
        new() { Action = ServerAction.Send, From = from, To = to, Length = length };

    internal static ServerCommand Forward(in Arrival from, in TransportAddress to, int length) =>
        new() { Action = ServerAction.Forward, From = from, To = to, Length = length };

    internal static ServerCommand Reply(long connection, int length) =>
        new() { Action = ServerAction.Reply, Connection = connection, Length = length };

    internal static ServerCommand Close(long connection) => new() { Action = ServerAction.Close, Connection = connection };
}
