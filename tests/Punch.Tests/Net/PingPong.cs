using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;

namespace Punch.Tests.Net;

internal readonly record struct Pong(TransportAddress From, int Length);

/// <summary>
/// Sends its payload, answers each datagram until it has received enough, and gives up after ten seconds of the loop's clock.
/// </summary>
internal sealed class PingPong(TransportAddress local, TransportAddress remote, byte[] payload, int enough) : IProtocol<Pong>
{
    private readonly Queue<Pong> _events = new(4);
    private readonly byte[] _received = new byte[ushort.MaxValue];
    private int _receivedLength;
    private int _pending;

    public List<NetworkNotice> Notices { get; } = [];

    public int Heard { get; private set; }

    public int? HeardBeforeFirstSend { get; private set; }

    public bool IsTimedOut { get; private set; }

    public bool IsStopped { get; private set; }

    public int Stops { get; private set; }

    /// <summary>Whether a stop makes it send once more and wait for a reply.</summary>
    public bool OutlivesAStop { get; init; }

    public bool AnswersTheLast { get; init; } = true;

    public byte HopLimit { get; init; }

    public HostAddress Source { get; init; }

    public int SegmentSize { get; init; }

    public Instant? NextTimeout { get; init; } = Instant.At(TimeSpan.FromSeconds(10));

    public bool TakesBatches => true;

    public bool IsEnded => Heard >= enough || IsTimedOut || IsStopped;

    public ReadOnlySpan<byte> Payload => _received.AsSpan(0, _receivedLength);

    public void Serve() => _pending++;

    public void Note(in NetworkNotice notice, Instant now) => Notices.Add(notice);

    public void Stop(Instant now)
    {
        Stops++;
        if (OutlivesAStop) { Serve(); }
        else { IsStopped = true; }
    }

    public void Receive(in Datagram datagram, Instant now)
    {
        Heard++;
        _receivedLength = datagram.Payload.Length;
        datagram.Payload.CopyTo(_received);
        _events.Enqueue(new Pong(datagram.From, datagram.Payload.Length));
        if (Heard < enough || AnswersTheLast) { _pending++; }
    }

    public void Timeout(Instant now) => IsTimedOut = true;

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (_pending == 0) { return false; }

        _pending--;
        HeardBeforeFirstSend ??= Heard;
        payload.CopyTo(buffer);
        transmit = new Transmit(local, remote, payload.Length, HopLimit) { Source = Source, SegmentSize = SegmentSize };
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out Pong e) => _events.TryDequeue(out e);
}

/// <summary>Counts the events and keeps what failed.</summary>
internal sealed class Listener : ILoopHandler<Pong>
{
    public int Starts { get; private set; }

    public int Events { get; private set; }

    /// <summary>Whose bytes to keep.</summary>
    public PingPong? Machine { get; init; }

    public List<byte> Delivered { get; } = [];

    public List<SocketError> SendErrors { get; } = [];

    public List<IcmpReport> Reports { get; } = [];

    public Action<IcmpReport>? OnReport { get; init; }

    public void OnStarted() => Starts++;

    public void OnEvent(in Pong e)
    {
        Events++;
        if (Machine is not null) { Delivered.AddRange(Machine.Payload); }
    }

    public void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error) => SendErrors.Add(error);

    public List<SocketError> ReceiveErrors { get; } = [];

    public void OnReceiveFailed(TransportAddress local, SocketError error) => ReceiveErrors.Add(error);

    public void OnRefused(in IcmpReport report)
    {
        Reports.Add(report);
        OnReport?.Invoke(report);
    }
}

internal static class Loopback
{
    private static readonly ConditionalWeakTable<UdpSocket, Inbox> s_inboxes = [];

    public static readonly TransportAddress V4 = TransportAddress.Parse("127.0.0.1:0");
    public static readonly TransportAddress V6 = TransportAddress.Parse("[::1]:0");

    /// <summary>Runs a loop and closes it.</summary>
    public static void RunToEnd(this ProtocolLoop<Pong> loop, CancellationToken stop)
    {
        using (loop) { loop.Run(stop); }
    }

    /// <summary>Waits for a datagram for ten seconds at the most.</summary>
    public static bool WaitFor(UdpSocket socket, Span<byte> buffer, out TransportAddress from, out int length) =>
        WaitFor(socket, buffer, out from, out _, out length);

    /// <summary>Waits for a datagram for ten seconds at the most, and says which local address it came to.</summary>
    public static bool WaitFor(UdpSocket socket, Span<byte> buffer, out TransportAddress from, out HostAddress at, out int length)
    {
        var clock = new MonotonicClock();
        do
        {
            if (s_inboxes.GetValue(socket, _ => new Inbox()).TryTake(socket, TimeSpan.FromMilliseconds(50), out Arrived? arrived))
            {
                arrived.Bytes.CopyTo(buffer);
                (from, at, length) = (arrived.From, arrived.At, arrived.Bytes.Length);
                return true;
            }
        }
        while (clock.Now < Instant.At(TimeSpan.FromSeconds(10)));

        (from, at, length) = (default, default, 0);
        return false;
    }

    /// <summary>Takes the next datagram, if one comes within this time.</summary>
    public static bool TryReceive(this UdpSocket socket, TimeSpan wait) =>
        s_inboxes.GetValue(socket, _ => new Inbox()).TryTake(socket, wait, out _);

    /// <summary>A datagram of so many bytes, each different from its neighbours.</summary>
    public static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i + 1 < length; i += 2) { BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i), (ushort)i); }

        return bytes;
    }

    private sealed record Arrived(TransportAddress From, HostAddress At, byte[] Bytes);

    /// <summary>What came together with a datagram that was asked for.</summary>
    private sealed class Inbox
    {
        private readonly ReceivedBatch _batch = new();
        private readonly Queue<Arrived> _arrived = [];

        public bool TryTake(UdpSocket socket, TimeSpan wait, [MaybeNullWhen(false)] out Arrived arrived)
        {
            if (_arrived.Count == 0) { Receive(socket, wait); }

            return _arrived.TryDequeue(out arrived);
        }

        private void Receive(UdpSocket socket, TimeSpan wait)
        {
            socket.Receive(_batch, wait);
            for (int i = 0; i < _batch.Count; i++)
            {
                foreach (ReadOnlySpan<byte> each in _batch.Datagrams(i)) { _arrived.Enqueue(new Arrived(_batch[i].From, _batch[i].At, each.ToArray())); }
            }
        }
    }
}
