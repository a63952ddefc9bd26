using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// Drives a state machine with sockets and a clock: one thread, one loop, no allocation once it runs. The machine decides everything;
/// the loop only waits, receives, tells the time, sends, and hands on the news. Nothing that comes from the network ends it.
/// </summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public sealed class ProtocolLoop<TEvent>
    where TEvent : struct
{
    /// <summary>The most sockets a loop holds: a session's base ports and its slots, with room.</summary>
    public const int MaxSockets = 64;

    // IProtocol.TryTransmit asks for this; no UDP payload is larger.
    private const int BufferLength = 65_535;

    private readonly IProtocol<TEvent> _machine;
    private readonly List<UdpSocket> _opened = [];
    private readonly HashSet<TransportAddress> _unavailable = [];
    private readonly MonotonicClock _clock;
    private readonly ILoopHandler<TEvent> _handler;
    private readonly ILoopFeed? _feed;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(BufferLength);
    private UdpSocket[] _sockets;
    private SocketSet _set;
    private readonly byte[] _sent = GC.AllocateUninitializedArray<byte>(BufferLength);

    /// <summary>Prepares a loop. Neither the machine nor the sockets are touched before <see cref="Run"/>.</summary>
    /// <param name="machine">The machine; nobody else may call it while the loop runs, but for the callbacks of loop and handler.</param>
    /// <param name="sockets">At least one: the local addresses that must be there. The caller disposes of them. A further address that
    /// the machine sends from is bound when it first does, and closed when the loop ends; if it is not to be had, the datagram is lost.</param>
    /// <param name="clock">The clock the machine was created with.</param>
    /// <param name="handler">Who hears the news.</param>
    /// <param name="feed">What else the machine gets; null for nothing. The caller disposes of it.</param>
    public ProtocolLoop(
        IProtocol<TEvent> machine, IReadOnlyList<UdpSocket> sockets, MonotonicClock clock, ILoopHandler<TEvent> handler, ILoopFeed? feed = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sockets.Count);
        _machine = machine;
        _sockets = [.. sockets];
        _feed = feed;
        _set = new SocketSet(_sockets, feed?.WakeUp);
        _clock = clock;
        _handler = handler;
    }

    /// <summary>Runs until <paramref name="isEnded"/> says so after a drain. What the machine has ready is sent first.</summary>
    /// <param name="isEnded">Whether the machine is over; asked once a turn.</param>
    /// <param name="onStop">Called once when <paramref name="stop"/> is cancelled; the loop goes on, so that the machine may say a last word.</param>
    /// <param name="stop">Asks for an end; noticed within 100 ms.</param>
    public void Run(Func<bool> isEnded, Action<Instant> onStop, CancellationToken stop)
    {
        try
        {
            RunToEnd(isEnded, onStop, stop);
        }
        finally
        {
            foreach (UdpSocket socket in _opened) { socket.Dispose(); }
        }
    }

    private void RunToEnd(Func<bool> isEnded, Action<Instant> onStop, CancellationToken stop)
    {
        bool isStopped = false;
        Drain();
        while (!isEnded())
        {
            if (!isStopped && stop.IsCancellationRequested)
            {
                isStopped = true;
                onStop(_clock.Now);
                Drain();
                continue;
            }

            Turn();
        }
    }

    private void Turn()
    {
        // 1. Wait. Nothing has changed the machine since the last drain, so its deadline holds.
        TimeSpan wait = UntilNextTimeout();

        // 2. Receive, a bounded number of datagrams from each socket that has some: no socket starves another, nor the timers.
        if (_feed is null && _sockets.Length == 1) { Receive(_sockets[0], wait); }
        else { ReceiveFromReady(wait); }

        // 3. ICMP errors, which the kernel keeps in the receive buffer's memory until they are taken.
        foreach (UdpSocket socket in _sockets) { TakeIcmp(socket); }

        // 4. What has come due.
        Instant now = _clock.Now;
        if (_machine.NextTimeout <= now) { _machine.Timeout(now); }

        // 5. What the machine gets from elsewhere.
        _feed?.Feed(now);

        // 6. Drain, always: a handler may have given the machine a command.
        Drain();
    }

    private TimeSpan UntilNextTimeout()
    {
        if (Instant.Earlier(_machine.NextTimeout, _feed?.Next) is not { } next) { return ISystemSocket.LongestWait; }

        TimeSpan wait = next - _clock.Now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < ISystemSocket.LongestWait ? wait : ISystemSocket.LongestWait;
    }

    private void ReceiveFromReady(TimeSpan wait)
    {
        _set.Wait(wait);
        for (int i = 0; i < _sockets.Length; i++)
        {
            if (!_set.IsReadable(i)) { continue; }

            int most = _feed is null ? 1 : LongestBurst;
            while (most > 0 && Receive(_sockets[i], TimeSpan.Zero)) { most--; }
        }
    }

    /// <summary>With data to send there is data to receive: as much at one go as a burst of the peer's may be, lest the system has to drop it.</summary>
    private const int LongestBurst = 64;

    private bool Receive(UdpSocket socket, TimeSpan wait)
    {
        if (!socket.TryReceive(_received, wait, out TransportAddress from, out int length)) { return false; }

        _machine.Receive(new Datagram(from, socket.Local, _received.AsSpan(0, length)), _clock.Now);
        Drain();
        return true;
    }

    private void TakeIcmp(UdpSocket socket)
    {
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

    // The answer first, then the news: printing is slow, and a round trip is being measured. A handler may command the machine, so
    // look again for what that made it want to send.
    private void Drain()
    {
        bool hasNews = true;
        while (hasNews)
        {
            while (_machine.TryTransmit(_sent, out Transmit transmit)) { Send(transmit); }

            hasNews = _machine.TryEvent(out TEvent e);
            if (hasNews) { _handler.OnEvent(e); }
        }
    }

    private void Send(in Transmit transmit)
    {
        SocketError error = SocketOf(transmit.From) is { } socket
            ? socket.Send(_sent.AsSpan(0, transmit.Length), transmit.To, transmit.HopLimit)
            : SocketError.AddressNotAvailable;
        if (error == SocketError.Success) { return; }

        _handler.OnSendFailed(transmit.From, transmit.To, error);
        _machine.Note(NetworkNotice.SendFailed(transmit.From, transmit.To), _clock.Now);
    }

    private UdpSocket? SocketOf(TransportAddress local)
    {
        foreach (UdpSocket socket in _sockets)
        {
            if (socket.Local == local) { return socket; }
        }

        return Open(local);
    }

    private UdpSocket? Open(TransportAddress local)
    {
        if (_sockets.Length >= MaxSockets || _unavailable.Contains(local)) { return null; }

        try
        {
            var socket = UdpSocket.Bind(local);
            _opened.Add(socket);
            _sockets = [.. _sockets, socket];
            _set = new SocketSet(_sockets, _feed?.WakeUp);
            return socket;
        }
        catch (LocalNetworkException)
        {
            // Told to the handler as a failed send, now and each time the machine tries again.
            if (_unavailable.Count < MaxSockets) { _unavailable.Add(local); }

            return null;
        }
    }
}
