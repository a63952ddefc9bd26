using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server;

/// <summary>
/// Carries bytes between the TCP connections of all ports and one machine. The machine also decides when a connection ends. Connections run
/// on the runtime's threads, so the machine is behind a lock.
/// </summary>
internal sealed class StreamService : IStreamService
{
    private readonly Lock _lock = new();
    private readonly ServerMachine _machine;
    private readonly MonotonicClock _clock;
    private readonly IServerObserver? _observer;
    private readonly TimeSpan _longestWait;
    private readonly byte[] _room = new byte[ServerMachine.MaxDatagram];
    private readonly Dictionary<long, Connection> _open = [];
    private long _lastNumber;

    /// <param name="machine">Decides about each message. Only this service uses it.</param>
    /// <param name="idleTimeout">The shortest idle time after which the machine ends a connection.</param>
    /// <param name="clock">The clock of the service.</param>
    /// <param name="observer">Receives the events; null for no observer.</param>
    public StreamService(ServerMachine machine, TimeSpan idleTimeout, MonotonicClock clock, IServerObserver? observer)
    {
        _machine = machine;
        _clock = clock;
        _observer = observer;
        _longestWait = idleTimeout;
    }

    /// <summary>The counts since the start.</summary>
    public ServerStatistics Statistics => _machine.Statistics;

    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) =>
        _observer?.OnAcceptFailed(local, error, count);

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
            var connection = new Connection(Interlocked.Increment(ref _lastNumber), end);
            Open(connection, local, new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port));
            try
            {
                await ConverseAsync(client, connection).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client broke the connection, or the machine gave it up. The machine reports both as events.
            }

            Close(connection);
        }
    }

    private async Task ConverseAsync(Socket client, Connection connection)
    {
        byte[] received = new byte[2048];
        while (!connection.IsEnded)
        {
            int count = await client.ReceiveAsync(received, connection.End.Token).ConfigureAwait(false);
            if (count == 0) { return; }

            Receive(connection, received.AsSpan(0, count));

            // Reading waits for writing: if a client takes no replies, no more of its requests are read.
            ReadOnlyMemory<byte> replies = connection.Replies.WrittenMemory;
            while (!replies.IsEmpty) { replies = replies[await client.SendAsync(replies, connection.End.Token).ConfigureAwait(false)..]; }

            connection.Replies.ResetWrittenCount();
        }
    }

    private void Open(Connection connection, in TransportAddress local, in TransportAddress client)
    {
        lock (_lock)
        {
            _open.Add(connection.Number, connection);
            _machine.Open(connection.Number, local, client, _clock.Now);
            Drain();
        }
    }

    private void Receive(Connection connection, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _machine.ReceiveStream(connection.Number, bytes, _clock.Now);
            Drain();
        }
    }

    private void Close(Connection connection)
    {
        lock (_lock)
        {
            _machine.Closed(connection.Number);
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
            Instant now = _clock.Now;
            _machine.Timeout(now);
            Drain(interrupts: true);
            TimeSpan wait = _machine.NextTimeout - now is { } next && next < _longestWait ? next : _longestWait;

            // Rounded up to whole milliseconds: otherwise it would wake too early and wait again.
            return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }
    }

    /// <summary>Takes the machine's commands for the connections. Each connection writes its own replies, and ends after them.</summary>
    /// <param name="interrupts">Whether to interrupt a connection that must end but still waits for something.</param>
    private void Drain(bool interrupts = false)
    {
        while (_machine.TryCommand(_room, out ServerCommand command))
        {
            Connection connection = _open[command.Connection];
            connection.Replies.Write(_room.AsSpan(0, command.Length));
            if (command.Action != ServerAction.Close) { continue; }

            connection.IsEnded = true;

            // Not here: the interrupted code may go on at once, and needs the lock. The connection is in the table, so it is not disposed.
            if (interrupts) { _ = connection.End.CancelAsync(); }
        }

        _machine.DrainTo(_observer);
    }

    private sealed class Connection(long number, CancellationTokenSource end)
    {
        public long Number => number;

        /// <summary>Interrupts any wait of the connection.</summary>
        public CancellationTokenSource End => end;

        public ArrayBufferWriter<byte> Replies { get; } = new();

        public bool IsEnded { get; set; }
    }
}
