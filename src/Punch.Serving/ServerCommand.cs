using Punch.Protocol;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>What a driver is to do for a <see cref="ServerMachine"/>.</summary>
public enum ServerAction
{
    /// <summary>Send a datagram.</summary>
    Send,

    /// <summary>Write bytes to a connection.</summary>
    Reply,

    /// <summary>Close a connection, once what came before this is written.</summary>
    Close,
}

/// <summary>
/// An order to the driver. Its bytes stand in the buffer that <see cref="ServerMachine.TryCommand"/> was given. The bytes of a command are
/// named, not carried: one that passes a datagram on will name a part of what the driver still holds, and copies nothing.
/// </summary>
public readonly record struct ServerCommand
{
    /// <summary>What to do.</summary>
    public ServerAction Action { get; private init; }

    /// <summary>To send: from where.</summary>
    public Arrival From { get; private init; }

    /// <summary>To send: where to.</summary>
    public TransportAddress To { get; private init; }

    /// <summary>To reply or to close: the driver's number of the connection.</summary>
    public long Connection { get; private init; }

    /// <summary>To send or to reply: bytes in the buffer.</summary>
    public int Length { get; private init; }

    internal static ServerCommand Send(in Arrival from, in TransportAddress to, int length) =>
        new() { Action = ServerAction.Send, From = from, To = to, Length = length };

    internal static ServerCommand Reply(long connection, int length) =>
        new() { Action = ServerAction.Reply, Connection = connection, Length = length };

    internal static ServerCommand Close(long connection) => new() { Action = ServerAction.Close, Connection = connection };
}
