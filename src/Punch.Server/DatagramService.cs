using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Server.Sockets;
using Punch.Serving;

namespace Punch.Server;

/// <summary>
/// Carries datagrams between one UDP socket and a machine of its own: one thread, one loop, no allocation once it runs.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="endpoint">The number that the machine knows it by.</param>
/// <param name="machine">Decides; no other thread uses it.</param>
/// <param name="places">What sends where a command names another endpoint.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="observer">Who hears of it; null for nobody.</param>
internal sealed class DatagramService(
    IBatchSocket socket, int endpoint, ServerMachine machine, ServedPlaces places, MonotonicClock clock, IServerObserver? observer)
{
    private readonly TransportAddress _local = socket.Local;
    private readonly ErrorReport _receiveErrors = new();
    private readonly ErrorReport _sendErrors = new();
    private readonly SourceWatch _sources = new(Gateways.Known);
    private SocketError _sendError;
    private long _unsent;

    /// <summary>What was counted.</summary>
    public ServerStatistics Statistics => machine.Statistics with { ReceiveErrors = socket.ReceiveErrors };

    /// <summary>Serves until asked to stop, which takes 100 ms at most.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) { Turn(); }
    }

    /// <summary>Waits for a batch, for 100 ms at most, and carries out what the machine makes of it and of the time.</summary>
    /// <returns>How many datagrams there were.</returns>
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

        _sources.Note(client);
        machine.Receive(endpoint, new Datagram(client, _local with { Host = local }, payload), now);
        Drain(client);
    }

    private void Drain(in TransportAddress client)
    {
        while (machine.TryCommand(Room(), out ServerCommand command)) { CarryOut(command, client); }

        machine.DrainTo(observer);
    }

    // More may be queued than came: a party that joins from where its peer waits gets the notice there, too.
    private Span<byte> Room()
    {
        if (socket.IsFull) { Flush(); }

        return socket.Room;
    }

    // All commands are to send: no connections are opened here. Replies are queued, since those in a row to one client leave in one
    // message, and so are frames. A notice between them would part them.
    private void CarryOut(in ServerCommand command, in TransportAddress client)
    {
        IBatchSocket from = places.SocketFor(command.From);
        bool isQueued = from == socket && (command.Action == ServerAction.Forward || command.To == client);
        if (isQueued) { socket.Queue(command.From.Local, command.To, command.Length); }
        else if (!from.TrySend(socket.Room[..command.Length], command.From.Local, command.To)) { NoteUnsent(from, 1); }
    }

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

        if (_sources.IsDue(now, out HostAddress seen)) { observer?.OnSourcesRewritten(_local, seen); }
    }
}
