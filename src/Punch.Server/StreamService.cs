using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server;

/// <summary>
/// Carries bytes between the TCP connections of all ports and one machine, which decides when a connection ends, too. Connections run on
/// the runtime's threads, so the machine is behind a lock.
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

    /// <param name="machine">Decides; nobody else uses it.</param>
    /// <param name="idleTimeout">How long it lets a connection be idle at least.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="observer">Who hears of it; null for nobody.</param>
    public StreamService(ServerMachine machine, TimeSpan idleTimeout, MonotonicClock clock, IServerObserver? observer)
    {
        _machine = machine;
        _clock = clock;
        _observer = observer;
        _longestWait = idleTimeout;
    }

    /// <summary>What was counted.</summary>
    public ServerStatistics Statistics => _machine.Statistics;

    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) =>
        _observer?.OnAcceptFailed(local, error, count);

    /// <summary>Ends connections that the machine gives up, until asked to stop.</summary>
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
                // The client broke the connection, or the machine gave it up: both are events of the machine.
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

            // What is read waits for what is written: a client that takes no replies is asked for no more requests.
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

    /// <summary>Lets the machine see the time.</summary>
    /// <returns>How long it may wait to see it again: no connection that comes meanwhile ends before.</returns>
    private TimeSpan TimeOut()
    {
        lock (_lock)
        {
            Instant now = _clock.Now;
            _machine.Timeout(now);
            Drain(interrupts: true);
            TimeSpan wait = _machine.NextTimeout - now is { } next && next < _longestWait ? next : _longestWait;

            // Whole milliseconds, rounded up: it would only wait again.
            return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }
    }

    /// <summary>Takes what the machine has for the connections. Each writes its replies itself, and ends behind them.</summary>
    /// <param name="interrupts">Whether a connection that ends waits for something, which is to end as well.</param>
    private void Drain(bool interrupts = false)
    {
        while (_machine.TryCommand(_room, out ServerCommand command))
        {
            Connection connection = _open[command.Connection];
            connection.Replies.Write(_room.AsSpan(0, command.Length));
            if (command.Action != ServerAction.Close) { continue; }

            connection.IsEnded = true;

            // Not here: what it waits for may go on at once, and wants the lock. It is in the table, so it is not disposed of.
            if (interrupts) { _ = connection.End.CancelAsync(); }
        }

        _machine.DrainTo(_observer);
    }

    private sealed class Connection(long number, CancellationTokenSource end)
    {
        public long Number => number;

        /// <summary>Interrupts whatever it waits for.</summary>
        public CancellationTokenSource End => end;

        public ArrayBufferWriter<byte> Replies { get; } = new();

        public bool IsEnded { get; set; }
    }
}
