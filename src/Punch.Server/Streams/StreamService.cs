using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server.Streams;

/// <summary>
/// Carries bytes between the TCP connections of all ports and one machine. The machine also decides when a connection ends. Connections run
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
    IServerObserver? observer) : IStreamService
{
    // For a client that takes its last replies slowly.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly byte[] _room = new byte[ServerMachine.MaxDatagram];
    private readonly Dictionary<long, ClientStream> _open = [];
    private long _lastNumber;

    /// <summary>The counts since the start.</summary>
    public ServerStatistics Statistics => machine.Statistics with { StreamDrops = directory.Dropped };

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

    public async Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop)
    {
        using (client)
        {
            if (client.RemoteEndPoint is not IPEndPoint ip) { return; }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var address = new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port, Transport.Tcp);
            var connection = new ClientStream(Interlocked.Increment(ref _lastNumber), machine.EndpointOf(local), address, end);
            Open(connection, local);
            try
            {
                client.NoDelay = true;
                await using var stream = new NetworkStream(client);
                await ConverseAsync(stream, connection).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client broke the connection, or the machine gave it up. The machine reports both as events.
            }

            Close(connection);
        }
    }

    private async Task ConverseAsync(Stream stream, ClientStream connection)
    {
        Task writing = WriteAsync(stream, connection);
        try
        {
            await ReadAsync(stream, connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Queue.Complete();
            connection.End.CancelAfter(LastWords);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(Stream stream, ClientStream connection)
    {
        byte[] received = new byte[ServerMachine.MaxDatagram];
        while (!connection.IsEnded)
        {
            int count = await stream.ReadAsync(received, connection.End.Token).ConfigureAwait(false);
            if (count == 0) { return; }

            Receive(connection, received.AsSpan(0, count));

            // Reading waits for writing: if a client takes no replies, no more of its requests are read.
            await connection.Queue.WaitForReplies(connection.End.Token).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(Stream stream, ClientStream connection)
    {
        try
        {
            await connection.Queue.WriteToAsync(stream, connection.End.Token).ConfigureAwait(false);
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
