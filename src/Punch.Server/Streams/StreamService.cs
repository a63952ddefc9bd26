using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Punch.Net;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server.Streams;

/// <summary>
/// Carries bytes between the connections of all TCP ports and one machine. The machine also decides when a connection ends. Connections run
/// on the runtime's threads, so the machine is behind a lock.
/// </summary>
/// <param name="machine">Decides about each message. Only this service uses it.</param>
/// <param name="places">The UDP sockets of all endpoints, for peers of clients on streams.</param>
/// <param name="directory">Knows the connections that this service opens.</param>
/// <param name="idleTimeout">The shortest idle time after which the machine ends a connection.</param>
/// <param name="clock">The clock of the service.</param>
/// <param name="observer">Receives the events; null for no observer.</param>
internal sealed class StreamService(
    ServerMachine machine, ServedPlaces places, StreamDirectory directory, TimeSpan idleTimeout, MonotonicClock clock,
    IServerObserver? observer)
{
    // For a client that takes its last replies slowly.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly byte[] _room = new byte[ServerMachine.MaxDatagram];
    private readonly Dictionary<long, ClientStream> _open = [];
    private long _lastNumber;

    /// <summary>The counts since the start.</summary>
    public ServerStatistics Statistics => machine.Statistics with { StreamDrops = directory.Dropped };

    /// <summary>A connection could not be accepted, because this machine lacks something.</summary>
    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) =>
        observer?.OnAcceptFailed(local, error, count);

    /// <summary>Ends the connections that the machine gives up, until asked to stop.</summary>
    public async Task RunTimeoutsAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeOut(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether an exception only says that a connection is over: by its client, its deadline, or bytes that are wrong.</summary>
    public static bool IsBroken(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or AuthenticationException or WebSocketException
            or ObjectDisposedException;

    /// <summary>Serves a connection to its end. It handles everything that a client can cause.</summary>
    /// <param name="client">The client.</param>
    /// <param name="local">The address of the port.</param>
    /// <param name="enter">
    /// Does what is in front of the frames; null if there will be none. The machine's idle time limits that, too.
    /// </param>
    /// <param name="stop">Ends it.</param>
    public async Task ServeAsync(
        TransportAddress client, TransportAddress local, Func<CancellationToken, Task<IFrameCarrier?>> enter, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var connection = new ClientStream(Interlocked.Increment(ref _lastNumber), machine.EndpointOf(local), client, end);
        Open(connection, local);
        try
        {
            using IFrameCarrier? carrier = connection.IsEnded ? null : await enter(end.Token).ConfigureAwait(false);
            if (carrier is not null) { await ConverseAsync(carrier, connection).ConfigureAwait(false); }
        }
        catch (Exception e) when (IsBroken(e))
        {
            // The client broke the connection, or the machine gave it up. The machine reports both as events.
        }

        Close(connection);
    }

    private async Task ConverseAsync(IFrameCarrier carrier, ClientStream connection)
    {
        Task writing = WriteAsync(carrier, connection);
        try
        {
            await ReadAsync(carrier, connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Queue.Complete();
            connection.End.CancelAfter(LastWords);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(IFrameCarrier carrier, ClientStream connection)
    {
        byte[] received = new byte[ServerMachine.MaxDatagram + SendQueue.FrameOverhead];
        while (!connection.IsEnded)
        {
            int count = await carrier.ReadAsync(received, connection.End.Token).ConfigureAwait(false);
            if (count == 0) { return; }

            Receive(connection, received.AsSpan(0, count));

            // Reading waits for writing: if a client takes no replies, no more of its requests are read.
            await connection.Queue.WaitForReplies(connection.End.Token).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(IFrameCarrier carrier, ClientStream connection)
    {
        try
        {
            await connection.Queue.WriteToAsync(carrier, connection.End.Token).ConfigureAwait(false);
        }
        finally
        {
            // Nothing can be read from a connection that cannot be written to. After a last write this does no harm.
            await connection.End.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Open(ClientStream connection, in TransportAddress local)
    {
        lock (_lock)
        {
            _open.Add(connection.Number, connection);
            directory.Add(connection);
            machine.Open(connection.Number, local, connection.Client, clock.Now);
            Drain();
        }
    }

    private void Receive(ClientStream connection, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            machine.ReceiveStream(connection.Number, bytes, clock.Now);
            Drain();
        }
    }

    private void Close(ClientStream connection)
    {
        lock (_lock)
        {
            machine.Closed(connection.Number);
            directory.Remove(connection);
            _open.Remove(connection.Number);
            Drain();
        }
    }

    /// <summary>Passes the time to the machine.</summary>
    /// <returns>How long it may wait until the next call. A connection that opens meanwhile cannot end earlier.</returns>
    private TimeSpan TimeOut()
    {
        lock (_lock)
        {
            Instant now = clock.Now;
            machine.Timeout(now);
            Drain(interrupts: true);
            TimeSpan wait = machine.NextTimeout - now is { } next && next < idleTimeout ? next : idleTimeout;

            // Rounded up to whole milliseconds: otherwise it would wake too early and wait again.
            return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }
    }

    /// <summary>Takes the machine's commands. Each connection writes its own replies, and ends after them.</summary>
    /// <param name="interrupts">Whether to interrupt a connection that must end but still waits for something.</param>
    private void Drain(bool interrupts = false)
    {
        while (machine.TryCommand(_room, out ServerCommand command))
        {
            switch (command.Action)
            {
                case ServerAction.Reply:
                    _open[command.Connection].Queue.TryAdd(_room.AsSpan(0, command.Length), SendKind.Reply);
                    break;
                case ServerAction.Close:
                    End(_open[command.Connection], interrupts);
                    break;
                default:
                    Send(command, _room.AsSpan(0, command.Length));
                    break;
            }
        }

        machine.DrainTo(observer);
    }

    private void Send(in ServerCommand command, ReadOnlySpan<byte> datagram)
    {
        if (command.To.IsStream) { directory.Send(command, datagram); }
        else if (!places.SocketFor(command.From).TrySend(datagram, command.From.Local, command.To)) { machine.NoteUnsent(1); }
    }

    private static void End(ClientStream connection, bool interrupts)
    {
        connection.IsEnded = true;

        // Not here: the interrupted code may go on at once, and needs the lock. The connection is in the table, so it is not disposed.
        if (interrupts) { _ = connection.End.CancelAsync(); }
    }
}
