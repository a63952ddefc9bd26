using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>Receives an event as soon as the machine reports it.</summary>
/// <param name="e">The event.</param>
/// <param name="payload">The delivered bytes; empty if the event has none. Valid during the call.</param>
/// <param name="now">The time of the event.</param>
public delegate void MachineEventHandler<in TEvent>(TEvent e, ReadOnlySpan<byte> payload, Instant now);

/// <summary>An event with its time.</summary>
/// <param name="At">The time of the event.</param>
/// <param name="Event">The event.</param>
public readonly record struct TimedEvent<TEvent>(Instant At, TEvent Event);

/// <summary>
/// A state machine on a simulated host, like a process on a computer. It can be killed, which the network does not notice. It can be
/// started again, which makes a new machine on the same addresses. <see cref="Simulator.Start"/> makes one.
/// </summary>
/// <typeparam name="TEvent">The event type of the machine.</typeparam>
public sealed class SimulatedMachine<TEvent> : ISimulated
    where TEvent : notnull
{
    /// <summary>The most events kept. Later ones still reach the handler and are counted.</summary>
    public const int MaxEvents = 16_384;

    private readonly Simulator _simulator;
    private readonly int _index;
    private readonly Func<Instant, IProtocol<TEvent>> _create;
    private readonly MachineEventHandler<TEvent>? _onEvent;
    private readonly List<TimedEvent<TEvent>> _events = [];
    private readonly List<TransportAddress> _locals;

    internal SimulatedMachine(
        Simulator simulator,
        Node host,
        int index,
        IReadOnlyList<TransportAddress> locals,
        Func<Instant, IProtocol<TEvent>> create,
        MachineEventHandler<TEvent>? onEvent)
    {
        _simulator = simulator;
        Host = host;
        _index = index;
        _locals = [.. locals];
        _create = create;
        _onEvent = onEvent;
    }

    /// <summary>The computer it runs on.</summary>
    public Node Host { get; }

    /// <summary>The addresses of its sockets. A wildcard host is normal.</summary>
    public IReadOnlyList<TransportAddress> Locals => _locals;

    /// <summary>The most sockets that it may open by sending from them. The default is 0, so that a wrong source address shows.</summary>
    public int MaxOpened { get; set; }

    /// <summary>Whether its sockets forbid fragments, as IP_PMTUDISC_PROBE of ip(7) does: <see cref="Packet.MustNotFragment"/>.</summary>
    public bool MustNotFragment { get; set; }

    /// <summary>The machine; null before its start and after <see cref="Stop"/>.</summary>
    public IProtocol<TEvent>? Machine { get; private set; }

    /// <summary>The events of all its lives so far, at most <see cref="MaxEvents"/>.</summary>
    public IReadOnlyList<TimedEvent<TEvent>> Events => _events;

    /// <summary>The number of events.</summary>
    public long EventCount { get; private set; }

    /// <summary>The number of datagrams it sent.</summary>
    public long SentCount { get; private set; }

    /// <summary>The number of datagrams it received.</summary>
    public long ReceivedCount { get; private set; }

    /// <summary>Whether it runs: started and not stopped.</summary>
    public bool IsRunning => Machine is not null;

    int ISimulated.Index => _index;

    Instant? ISimulated.NextTimeout => Machine?.NextTimeout;

    /// <summary>Ends the process at once, like a kill. Nothing more is sent, and arriving packets find no socket.</summary>
    public void Stop()
    {
        if (!IsRunning) { return; }

        _simulator.Close(this);
        Machine = null;
        _simulator.Rearm(this);
        _simulator.Note(this, "stopped");
    }

    /// <summary>Ends the process, if it runs, and starts a new machine at this instant.</summary>
    public void Restart(Instant at) => _simulator.ScheduleStart(at, this);

    void ISimulated.Begin(Instant now)
    {
        Stop();
        _simulator.Open(this);
        _simulator.Note(this, "started");
        Machine = _create(now);
        Drain(now);
    }

    // Like a driver that binds a socket at the first send from it.
    bool ISimulated.TryOpen(TransportAddress local)
    {
        if (MaxOpened == 0) { return false; }

        MaxOpened--;
        _locals.Add(local);
        _simulator.Open(this, local);
        return true;
    }

    void ISimulated.Receive(TransportAddress local, in Packet packet, Instant now)
    {
        ReceivedCount++;
        try
        {
            Machine!.Receive(new Datagram(packet.Source, local, packet.Payload.Span) { At = packet.Destination.Host }, now);
        }
        catch (Exception broken)
        {
            throw _simulator.Failure($"{Host}: silence: {broken.Message} on receipt at {now}", broken);
        }

        Drain(now);
    }

    void ISimulated.Timeout(Instant now)
    {
        Machine!.Timeout(now);
        Drain(now);
        if (Machine?.NextTimeout is { } next && next <= now)
        {
            throw _simulator.Failure($"{Host}: progress: after Timeout at {now}, NextTimeout is {next}");
        }
    }

    void ISimulated.Drain(Instant now) => Drain(now);

    // A handler may stop the machine.
    private void Drain(Instant now)
    {
        SentCount += _simulator.Transmit(this, Machine, now);
        for (int i = 0; Machine is { } machine && machine.TryEvent(out TEvent? e); i++)
        {
            if (i == Simulator.MaxDrain) { throw _simulator.Failure($"{Host}: drain: over {Simulator.MaxDrain} events at {now}"); }

            EventCount++;
            if (_events.Count < MaxEvents) { _events.Add(new TimedEvent<TEvent>(now, e)); }

            _simulator.Note(this, e);
            _onEvent?.Invoke(e, machine.Payload, now);
        }

        if (Machine is { IsEnded: true, NextTimeout: { } after })
        {
            throw _simulator.Failure($"{Host}: end: the machine has ended at {now}, and NextTimeout is {after}");
        }

        _simulator.Rearm(this);
    }
}

/// <summary>A machine as the simulator sees it, independent of its event type.</summary>
internal interface ISimulated
{
    Node Host { get; }

    IReadOnlyList<TransportAddress> Locals { get; }

    /// <summary>The number of the machine in its simulator, from 0, in the order of <see cref="Simulator.Start"/>.</summary>
    int Index { get; }

    void Begin(Instant now);

    bool TryOpen(TransportAddress local);

    bool MustNotFragment { get; }

    Instant? NextTimeout { get; }

    void Receive(TransportAddress local, in Packet packet, Instant now);

    void Timeout(Instant now);

    void Drain(Instant now);
}
