using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// Drives a state machine with sockets and a clock: one thread, one loop, no allocation once it runs. The machine decides everything;
/// the loop only waits, receives, tells the time, sends, reports what the environment does, and hands on the events. It sleeps until the
/// next deadline; a datagram, a feed's wake-up and a stop end the sleep at once. Nothing that comes from the network ends it.
/// </summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public sealed class ProtocolLoop<TEvent> : IDisposable
    where TEvent : struct
{
    // IProtocol.TryTransmit asks for this; no UDP payload is larger.
    private const int BufferLength = 65_535;

    /// <summary>
    /// With data to send there is data to receive: as much at one go as a burst of the peer's may be, lest the system has to drop it.
    /// </summary>
    private const int LongestBurst = 64;

    /// <summary>A system call takes no longer wait than half an hour. After this one the loop just waits again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>How often sockets are closed that the machine has given up.</summary>
    private static readonly TimeSpan TidyPause = TimeSpan.FromSeconds(1);

    private readonly IProtocol<TEvent> _machine;
    private readonly MonotonicClock _clock;
    private readonly ILoopHandler<TEvent> _handler;
    private readonly ILoopFeed? _feed;
    private readonly INetworkWatch[] _watches;
    private readonly WakeUp _wakeUp;
    private readonly LoopSockets _sockets;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(BufferLength);
    private readonly byte[] _sent = GC.AllocateUninitializedArray<byte>(BufferLength);
    private bool _isBusy;
    private Instant _tidiedAt;

    /// <summary>Prepares a loop. The machine is not touched before <see cref="Run"/>.</summary>
    /// <param name="machine">The machine; nobody else may call it while the loop runs, but for the callbacks of loop and handler.</param>
    /// <param name="sockets">At least one: the local addresses that must be there. The caller disposes of them. A further address that
    /// the machine sends from is bound when it first does, and closed with the loop; if it is not to be had, the datagram is lost.</param>
    /// <param name="clock">The clock the machine was created with.</param>
    /// <param name="handler">Who hears the events.</param>
    /// <param name="feed">What else the machine gets; null for nothing. The caller disposes of it.</param>
    /// <param name="watches">What else the machine is to hear of when it changes.</param>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public ProtocolLoop(
        IProtocol<TEvent> machine,
        IReadOnlyList<UdpSocket> sockets,
        MonotonicClock clock,
        ILoopHandler<TEvent> handler,
        ILoopFeed? feed = null,
        params IEnumerable<INetworkWatch> watches)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sockets.Count);
        _machine = machine;
        _clock = clock;
        _handler = handler;
        _feed = feed;
        _watches = [.. watches];
        _wakeUp = feed?.WakeUp ?? new WakeUp(sockets[0].Kind);
        _sockets = new LoopSockets(sockets, _wakeUp);
    }

    /// <summary>Runs until the machine has ended. What the machine has ready is sent first.</summary>
    /// <param name="stop">Stops the machine; the loop goes on until it has ended, so that it may say a last word.</param>
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

    /// <summary>Ends the present wait, from any thread.</summary>
    public void Wake() => _wakeUp.Set();

    /// <summary>A second descriptor of the socket of a local address, which stays open after the loop; null where there is none.</summary>
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
        // 1. Wait, and receive. Nothing has changed the machine since the last drain, so its deadline holds.
        TimeSpan wait = UntilNextTimeout();
        if (_isBusy && _feed is null && _sockets.Only is { } only) { ReceiveSoon(only, wait); }
        else { ReceiveFromReady(wait); }

        // 2. What has come due.
        Instant now = _clock.Now;
        if (_machine.NextTimeout <= now) { _machine.Timeout(now); }

        // 3. What the machine gets from elsewhere.
        foreach (INetworkWatch watch in _watches)
        {
            if (watch.TryNotice(now, out NetworkNotice notice)) { _machine.Note(notice, now); }
        }

        _feed?.Feed(now);
        _handler.OnTurn();

        // 4. Drain, always: a handler may have given the machine a command.
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
    /// Where a datagram has just come, the next one is often near, and the quickest wait is that of the receive itself. No wake-up ends it,
    /// so it is short.
    /// </summary>
    private void ReceiveSoon(UdpSocket socket, TimeSpan wait)
    {
        _isBusy = Receive(socket, wait < SystemWait.LongestBlock ? wait : SystemWait.LongestBlock);
        TakeErrors(socket);
    }

    /// <summary>Receives a bounded number of datagrams from each socket that has some: no socket starves another, nor the timers.</summary>
    private void ReceiveFromReady(TimeSpan wait)
    {
        _sockets.Wait(wait);
        _isBusy = false;
        for (int i = 0; i < _sockets.ReadyCount; i++)
        {
            UdpSocket socket = _sockets.Ready(i);
            int most = _feed is null ? 1 : LongestBurst;
            while (most > 0 && Receive(socket, TimeSpan.Zero))
            {
                _isBusy = true;
                most--;
            }

            // The kernel keeps ICMP errors in the receive buffer's memory until they are taken.
            TakeErrors(socket);
        }
    }

    private bool Receive(UdpSocket socket, TimeSpan wait)
    {
        if (!socket.TryReceive(_received, wait, out TransportAddress from, out int length)) { return false; }

        _machine.Receive(new Datagram(from, socket.Local, _received.AsSpan(0, length)) { At = socket.ReceivedAt }, _clock.Now);
        Drain();
        return true;
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

    // The reply first, then the events: printing is slow, and a round trip is being measured. A handler may command the machine, so
    // look again for what that made it want to send.
    private void Drain()
    {
        bool hasEvent = true;
        while (hasEvent)
        {
            while (_machine.TryTransmit(_sent, out Transmit transmit)) { Send(transmit); }

            hasEvent = _machine.TryEvent(out TEvent e);
            if (hasEvent) { _handler.OnEvent(e); }
        }
    }

    private void Send(in Transmit transmit)
    {
        UdpSocket? socket = _sockets.Find(transmit.From);
        SocketError error = socket is null ? SocketError.AddressNotAvailable : Send(socket, transmit, transmit.Source);
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

    private SocketError Send(UdpSocket socket, in Transmit transmit, HostAddress source) =>
        socket.Send(_sent.AsSpan(0, transmit.Length), transmit.To, transmit.HopLimit, source);
}
