using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Net.Streams;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// Drives a state machine with sockets and a clock, on one thread. It allocates nothing once it runs. The machine decides everything. The
/// loop only waits, receives, passes the time, sends, passes notices of the environment, and hands out the events. It sleeps until the next
/// deadline. A datagram, a feed's wake-up and a stop end the sleep at once. No bytes from the network end the loop.
/// </summary>
/// <typeparam name="TEvent">The event type of the machine.</typeparam>
public sealed class ProtocolLoop<TEvent> : IDisposable
    where TEvent : struct
{
    // IProtocol.TryTransmit asks for this; no UDP payload is larger.
    private const int BufferLength = 65_535;

    /// <summary>
    /// The most datagrams and bytes that the machine gets before it is drained. A machine that acknowledges does so once for all of them.
    /// The limits are as large as a burst of the peer may be, so that the system does not drop datagrams.
    /// </summary>
    private const int LongestBurst = 256;
    private const int LargestBurst = 1 << 20;

    /// <summary>Longer waits are cut to this, because a system call waits at most half an hour. The loop then waits again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>How often the loop closes sockets that the machine no longer uses.</summary>
    private static readonly TimeSpan TidyPause = TimeSpan.FromSeconds(1);

    private readonly IProtocol<TEvent> _machine;
    private readonly MonotonicClock _clock;
    private readonly ILoopHandler<TEvent> _handler;
    private readonly ILoopFeed? _feed;
    private readonly IStreamCarrier? _carrier;
    private readonly INetworkWatch[] _watches;
    private readonly WakeUp _wakeUp;
    private readonly LoopSockets _sockets;
    private readonly ReceivedBatch _received = new();
    private readonly byte[] _sent = GC.AllocateUninitializedArray<byte>(BufferLength);
    private bool _isBusy;
    private Instant _tidiedAt;

    /// <summary>Prepares a loop. It does not touch the machine before <see cref="Run"/>.</summary>
    /// <param name="machine">The machine. While the loop runs, only callbacks of the loop and the handler may call it.</param>
    /// <param name="sockets">
    /// The sockets of the local addresses that must exist; at least one, unless there are streams. The caller disposes of them. With them a
    /// further one is bound when the machine first sends from it, and closed with the loop. If it cannot be bound, the datagram is lost.
    /// </param>
    /// <param name="clock">The clock that the machine was created with.</param>
    /// <param name="handler">Receives the events.</param>
    /// <param name="feed">Other input for the machine; null for none. The caller disposes of it.</param>
    /// <param name="carrier">The streams of the machine; null for none. The caller disposes of it.</param>
    /// <param name="watches">Parts of the environment whose changes the machine must learn.</param>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public ProtocolLoop(
        IProtocol<TEvent> machine,
        IReadOnlyList<UdpSocket> sockets,
        MonotonicClock clock,
        ILoopHandler<TEvent> handler,
        ILoopFeed? feed = null,
        IStreamCarrier? carrier = null,
        params IEnumerable<INetworkWatch> watches)
    {
        if (carrier is null) { ArgumentOutOfRangeException.ThrowIfZero(sockets.Count); }

        _machine = machine;
        _clock = clock;
        _handler = handler;
        _feed = feed;
        _carrier = carrier;
        _watches = [.. watches];
        _wakeUp = feed?.WakeUp ?? (sockets.Count > 0 ? new WakeUp(sockets[0].Kind) : new WakeUp());
        carrier?.Attach(_wakeUp.Set);
        _sockets = new LoopSockets(sockets, _wakeUp);
    }

    /// <summary>Runs until the machine has ended. First it sends what the machine has ready.</summary>
    /// <param name="stop">Stops the machine. The loop goes on until the machine has ended, so that it can send a farewell.</param>
    public void Run(CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static wakeUp => ((WakeUp)wakeUp!).Set(), _wakeUp);
        bool isStopped = false;
        Drain();
        _handler.OnStarted();
        Drain();
        while (!_machine.IsEnded)
        {
            if (!isStopped && stop.IsCancellationRequested)
            {
                isStopped = true;
                _machine.Stop(_clock.Now);
                Drain();
                continue;
            }

            Turn();
        }
    }

    /// <summary>Ends the current wait, from any thread.</summary>
    public void Wake() => _wakeUp.Set();

    /// <summary>
    /// A second descriptor of the socket of a local address, which stays open after the loop; null if there is no such socket.
    /// </summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public int? Duplicate(TransportAddress local) => _sockets.Find(local)?.Duplicate();

    /// <summary>Closes the sockets that the machine opened.</summary>
    public void Dispose()
    {
        _sockets.Dispose();
        if (_feed is null) { _wakeUp.Dispose(); }
    }

    private void Turn()
    {
        // 1. Wait, and receive. The machine has not changed since the last drain, so its deadline is still right.
        TimeSpan wait = UntilNextTimeout();
        if (_isBusy && _feed is null && _carrier is null && _sockets.Only is { } only) { ReceiveSoon(only, wait); }
        else { ReceiveFromReady(wait); }

        // 2. Due timers.
        Instant now = _clock.Now;
        if (_machine.NextTimeout <= now) { _machine.Timeout(now); }

        // 3. Input from other sources.
        foreach (INetworkWatch watch in _watches)
        {
            if (watch.TryNotice(now, out NetworkNotice notice)) { _machine.Note(notice, now); }
        }

        ReceiveFromStreams();
        _feed?.Feed(now);
        _handler.OnTurn();

        // 4. Drain, always: a handler may have called the machine.
        Drain();
        Tidy(now);
    }

    private void Tidy(Instant now)
    {
        if (_machine is not ILocalPorts ports || now - _tidiedAt < TidyPause) { return; }

        _tidiedAt = now;
        _sockets.CloseUnwanted(ports);
    }

    private TimeSpan UntilNextTimeout()
    {
        Instant? next = Instant.Earlier(_machine.NextTimeout, _feed?.Next);
        foreach (INetworkWatch watch in _watches) { next = Instant.Earlier(next, watch.Next); }

        if (next is null) { return LongestWait; }

        TimeSpan wait = next.Value - _clock.Now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
    }

    /// <summary>
    /// Receives with a short wait. After a datagram the next one is often near, and the wait of the receive itself is the quickest. No
    /// wake-up ends it, so it is short.
    /// </summary>
    private void ReceiveSoon(UdpSocket socket, TimeSpan wait)
    {
        _isBusy = Receive(socket, wait < SystemWait.LongestBlock ? wait : SystemWait.LongestBlock);
        TakeErrors(socket);
    }

    /// <summary>Receives a limited number of datagrams from each ready socket, so that no socket delays the others or the timers.</summary>
    private void ReceiveFromReady(TimeSpan wait)
    {
        _sockets.Wait(wait);
        _isBusy = false;
        for (int i = 0; i < _sockets.ReadyCount; i++)
        {
            UdpSocket socket = _sockets.Ready(i);
            if (Receive(socket, TimeSpan.Zero)) { _isBusy = true; }

            // The kernel keeps ICMP errors in the receive buffer's memory until they are taken.
            TakeErrors(socket);
        }
    }

    private bool Receive(UdpSocket socket, TimeSpan wait)
    {
        (int count, int bytes) = (0, 0);
        do
        {
            socket.Receive(_received, wait);
            wait = TimeSpan.Zero;
            Instant now = _clock.Now;
            for (int i = 0; i < _received.Count; i++)
            {
                ReceivedMessage message = _received[i];
                bytes += message.Length;
                foreach (ReadOnlySpan<byte> datagram in _received.Datagrams(i))
                {
                    HandOver(new Datagram(message.From, socket.Local, datagram) { At = message.At }, isFirst: count == 0, now);
                    count++;
                }
            }
        }
        while (_received.IsFull && count < LongestBurst && bytes < LargestBurst);

        if (count > 0) { Drain(); }

        return count > 0;
    }

    // The bytes of an event are valid until the next call only. For a machine that takes batches all else waits for the last datagram.
    private void HandOver(in Datagram datagram, bool isFirst, Instant now)
    {
        if (!isFirst && _machine.TakesBatches) { TakeEvents(); }
        else if (!isFirst) { Drain(); }

        _machine.Receive(datagram, now);
    }

    private void TakeErrors(UdpSocket socket)
    {
        if (socket.TryTakeReceiveError(out SocketError error)) { _handler.OnReceiveFailed(socket.Local, error); }

        while (socket.TryTakeIcmp(out IcmpReport report))
        {
            _handler.OnRefused(report);
            if (report is { Kind: IcmpKind.HopLimitExceeded, SentTo: { } sentTo, By: { } router })
            {
                _machine.Note(NetworkNotice.HopLimitExceeded(sentTo, router), _clock.Now);
            }
            else if (report.IsRefusal)
            {
                _machine.Note(NetworkNotice.Refused(report.SentTo, report.By), _clock.Now);
            }
        }
    }

    // The datagrams first, then the events: printing is slow, and a round trip is being measured. A handler may call the machine, so look
    // again for new datagrams.
    private void Drain()
    {
        do
        {
            while (_machine.TryTransmit(_sent, out Transmit transmit)) { Send(transmit); }

            if (_carrier is not null && _machine is IStreamUser user)
            {
                while (user.TryStream(out StreamRequest request)) { _carrier.Request(request); }
            }
        }
        while (TakeEvent());
    }

    private void TakeEvents()
    {
        while (TakeEvent()) { }
    }

    private bool TakeEvent()
    {
        if (!_machine.TryEvent(out TEvent e)) { return false; }

        _handler.OnEvent(e);
        return true;
    }

    private void ReceiveFromStreams()
    {
        if (_carrier is null) { return; }

        // A limited number, so that the streams do not delay the sockets. What is left ends the next wait at once.
        while (_carrier.TryNotice(out NetworkNotice notice)) { _machine.Note(notice, _clock.Now); }

        Span<byte> buffer = _received.Messages.Buffer(0);
        int count = 0;
        for (; count < LongestBurst && _carrier.TryReceive(buffer, out StreamDatagram head); count++)
        {
            HandOver(new Datagram(head.From, head.To, buffer[..head.Length]), isFirst: count == 0, _clock.Now);
        }

        if (count > 0) { Drain(); }

        if (count == LongestBurst) { _wakeUp.Set(); }
    }

    private void Send(in Transmit transmit)
    {
        if (transmit.To.IsStream)
        {
            SendOnStream(transmit);
            return;
        }

        UdpSocket? socket = _sockets.Find(transmit.From);
        SocketError error = socket is null ? SocketError.AddressNotAvailable : Send(socket, transmit, transmit.Source);

        // A search for the path's MTU expects such losses.
        if (transmit.DontFragment && error == SocketError.MessageSize) { return; }

        if (error != SocketError.Success && socket is not null && !transmit.Source.IsAny)
        {
            // An address can run out, or lead nowhere any more. Where another one does, it is given up.
            error = Send(socket, transmit, source: default);
            if (error == SocketError.Success) { _machine.Note(NetworkNotice.SourceLost(transmit.Source), _clock.Now); }
        }

        if (error == SocketError.Success) { return; }

        _handler.OnSendFailed(transmit.From, transmit.To, error);
        _machine.Note(NetworkNotice.SendFailed(transmit.From, transmit.To, isUnbound: socket is null), _clock.Now);
    }

    private void SendOnStream(in Transmit transmit)
    {
        foreach (ReadOnlySpan<byte> datagram in transmit.Datagrams(_sent))
        {
            if (_carrier?.TrySend(transmit.To, datagram) == true) { continue; }

            _machine.Note(NetworkNotice.SendFailed(transmit.From, transmit.To), _clock.Now);
            return;
        }
    }

    private SocketError Send(UdpSocket socket, in Transmit transmit, HostAddress source) =>
        socket.Send(_sent.AsSpan(0, transmit.Length), transmit.To, new SendOptions
        {
            HopLimit = transmit.HopLimit,
            Source = source,
            SegmentSize = transmit.SegmentSize,
            DontFragment = transmit.DontFragment,
        });
}
