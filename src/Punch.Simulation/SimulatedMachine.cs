using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>Takes an event as soon as the machine tells it.</summary>
/// <param name="e">The event.</param>
/// <param name="payload">The bytes that it delivers; empty for an event without. Valid during the call.</param>
/// <param name="now">When.</param>
public delegate void MachineEventHandler<in TEvent>(TEvent e, ReadOnlySpan<byte> payload, Instant now);

/// <summary>An event and when it came.</summary>
/// <param name="At">When.</param>
/// <param name="Event">What.</param>
public readonly record struct TimedEvent<TEvent>(Instant At, TEvent Event);

/// <summary>
/// A state machine on a simulated host, as a process on a computer: it can be killed, which the network does not notice, and started
/// anew, which makes a new machine on the same addresses. <see cref="Simulator.Start"/> makes one.
/// </summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public sealed class SimulatedMachine<TEvent> : ISimulated
    where TEvent : notnull
{
    /// <summary>The most events kept; later ones still reach the handler and are counted.</summary>
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

    /// <summary>The addresses of its sockets; a wildcard host is normal.</summary>
    public IReadOnlyList<TransportAddress> Locals => _locals;

    /// <summary>The most sockets it may have opened by sending from them; 0 unless said otherwise, so that a wrong source shows.</summary>
    public int MaxOpened { get; set; }

    /// <summary>The machine; null before its start and after <see cref="Stop"/>.</summary>
    public IProtocol<TEvent>? Machine { get; private set; }

    /// <summary>The events so far, of all lives, at most <see cref="MaxEvents"/>.</summary>
    public IReadOnlyList<TimedEvent<TEvent>> Events => _events;

    /// <summary>How many events there were.</summary>
    public long EventCount { get; private set; }

    /// <summary>Datagrams it sent.</summary>
    public long SentCount { get; private set; }

    /// <summary>Datagrams it received.</summary>
    public long ReceivedCount { get; private set; }

    /// <summary>Whether it has started and was not stopped.</summary>
    public bool IsRunning => Machine is not null;

    int ISimulated.Index => _index;

    Instant? ISimulated.NextTimeout => Machine?.NextTimeout;

    /// <summary>Ends the process at once, as a kill does: nothing more is sent, and what arrives finds no socket.</summary>
    public void Stop()
    {
        if (!IsRunning) { return; }

        _simulator.Close(this);
        Machine = null;
        _simulator.Rearm(this);
        _simulator.Note(this, "stopped");
    }

    /// <summary>Ends the process, if it runs, and starts a new machine then.</summary>
    public void Restart(Instant at) => _simulator.ScheduleStart(at, this);

    void ISimulated.Begin(Instant now)
    {
        Stop();
        _simulator.Open(this);
        _simulator.Note(this, "started");
        Machine = _create(now);
        Drain(now);
    }

    // As a driver does that binds a socket when it is first sent from.
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

/// <summary>A machine as the simulator sees it, whatever its events.</summary>
internal interface ISimulated
{
    Node Host { get; }

    IReadOnlyList<TransportAddress> Locals { get; }

    /// <summary>Numbers the machines of a simulator, from 0, in the order of <see cref="Simulator.Start"/>.</summary>
    int Index { get; }

    void Begin(Instant now);

    bool TryOpen(TransportAddress local);

    Instant? NextTimeout { get; }

    void Receive(TransportAddress local, in Packet packet, Instant now);

    void Timeout(Instant now);

    void Drain(Instant now);
}
