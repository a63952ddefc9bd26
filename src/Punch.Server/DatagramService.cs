using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Server.Sockets;
using Punch.Server.Streams;
using Punch.Serving;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>Carries datagrams between one UDP socket and its machine, on one thread. It allocates nothing once it runs.</summary>
/// <param name="socket">The socket to receive on.</param>
/// <param name="endpoint">The number of the socket's endpoint in the machine.</param>
/// <param name="machine">Decides about each datagram. Only this thread uses it.</param>
/// <param name="places">The sockets of all endpoints. A command may send from another endpoint.</param>
/// <param name="streams">The connections of clients on streams. A command may send to one of them.</param>
/// <param name="clock">The clock of the service.</param>
/// <param name="observer">Receives the events; null for no observer.</param>
internal sealed class DatagramService(
    IBatchSocket socket, int endpoint, ServerMachine machine, ServedPlaces places, StreamDirectory streams, MonotonicClock clock,
    IServerObserver? observer)
{
    private readonly TransportAddress _local = socket.Local;
    private readonly ErrorReport _receiveErrors = new();
    private readonly ErrorReport _sendErrors = new();

    // One of the threads that share a port is enough to notice it.
    private readonly SourceWatch? _sources =
        places.SocketFor(new Arrival(endpoint, socket.Local.Host)) == socket ? new SourceWatch(Gateways.Known) : null;

    private SocketError _sendError;
    private long _unsent;

    /// <summary>The counts since the start, with this socket's receive errors.</summary>
    public ServerStatistics Statistics => machine.Statistics with { ReceiveErrors = socket.ReceiveErrors };

    /// <summary>Serves until asked to stop. It stops within 100 ms.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) { Turn(); }
    }

    /// <summary>Waits up to 100 ms for a batch, and carries out the machine's commands for it and for the time.</summary>
    /// <returns>The number of datagrams in the batch.</returns>
    public int Turn()
    {
        int count = socket.Receive();
        Instant now = clock.Now;
        for (int i = 0; i < count; i++) { Receive(i, now); }

        if (machine.NextTimeout <= now)
        {
            machine.Timeout(now);
            Drain(default);
        }

        if (count > 0) { Flush(); }

        ReportTroubles(now);
        return count;
    }

    private void Receive(int index, Instant now)
    {
        if (!socket.TryGet(index, out TransportAddress client, out HostAddress local, out ReadOnlySpan<byte> payload))
        {
            machine.NoteUnusable();
            return;
        }

        _sources?.Note(client);
        machine.Receive(endpoint, new Datagram(client, _local with { Host = local }, payload), now);
        Drain(client);
    }

    private void Drain(in TransportAddress client)
    {
        while (machine.TryCommand(Room(), out ServerCommand command)) { CarryOut(command, client); }

        machine.DrainTo(observer);
    }

    // More may be queued than came: a party may join from the address where its peer waits. Then the notice goes there, too.
    private Span<byte> Room()
    {
        if (socket.IsFull) { Flush(); }

        return socket.Room;
    }

    // All commands are sends, because no connections are opened here. Replies are queued: replies in a row to one client leave in one
    // message, and so do frames. A notice between them would split that message.
    private void CarryOut(in ServerCommand command, in TransportAddress client)
    {
        if (command.To.IsStream)
        {
            streams.Send(command, socket.Room[..command.Length]);
            return;
        }

        IBatchSocket from = Serves(command.From) ? socket : places.SocketFor(command.From);
        bool isQueued = from == socket && (command.Action == ServerAction.Forward || command.To == client);
        if (isQueued) { socket.Queue(command.From.Local, command.To, command.Length); }
        else if (!from.TrySend(socket.Room[..command.Length], command.From.Local, command.To)) { NoteUnsent(from, 1); }
    }

    // Any of the sockets that share a port can send from it, and the thread's own gathers what it sends.
    private bool Serves(in Arrival from) =>
        from.Endpoint == endpoint && (_local.Host.IsAny || _local.Host == from.Local);

    private void Flush() => NoteUnsent(socket, socket.Flush());

    private void NoteUnsent(IBatchSocket from, int count)
    {
        if (count == 0) { return; }

        machine.NoteUnsent(count);
        _unsent += count;
        _sendError = from.LastSendError;
    }

    private void ReportTroubles(Instant now)
    {
        if (_receiveErrors.IsDue(socket.ReceiveErrors, now, out long count))
        {
            observer?.OnReceiveFailed(_local, socket.LastReceiveError, count);
        }

        if (_sendErrors.IsDue(_unsent, now, out count)) { observer?.OnSendFailed(_local, _sendError, count); }

        if (_sources is not null && _sources.IsDue(now, out HostAddress seen)) { observer?.OnSourcesRewritten(_local, seen); }
    }
}
