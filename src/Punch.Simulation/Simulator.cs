using System.Buffers;
using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// Drives state machines on the hosts of a <see cref="Simulation.Network"/> in virtual time. It delivers packets, fires timers, and drains
/// the machine after every call, by the rules of <see cref="IProtocol"/>. If a machine breaks a rule, the run ends with a
/// <see cref="SimulationException"/> that has seed and transcript. At one instant, scheduled actions come first, then packets, then timers.
/// Same seed, same set-up: same run, step by step. A step costs the logarithm of the number of machines. So one network may hold tens of
/// thousands.
/// </summary>
public sealed class Simulator
{
    /// <summary>The default hop limit of a datagram, as on Linux and macOS.</summary>
    public const byte DefaultHopLimit = 64;

    /// <summary>The most datagrams, and the most events, that a machine may have ready at a time.</summary>
    public const int MaxDrain = 16_384;

    /// <summary>
    /// The most steps at one instant, or 100 for each machine if that is more. Machines that answer each other over links without delay
    /// would never let time pass.
    /// </summary>
    public const int MaxStepsAtOnce = 100_000;

    private const int MaxDatagram = 65_535;
    private const int StepsPerMachine = 100;

    private readonly List<ISimulated> _machines = [];
    private readonly DeadlineHeap _deadlines = new();
    private readonly SocketTable _sockets = new();
    private readonly PriorityQueue<Job, (long Ticks, long Order)> _scheduled = new();
    private long _order;
    private int _stepsAtOnce;

    /// <summary>A simulator at <see cref="Instant.Zero"/>, with an empty network.</summary>
    /// <param name="seed">The seed of the network's randomness.</param>
    /// <param name="keepsTranscript">Whether to keep a transcript. False saves work in runs with many machines or many seeds.</param>
    public Simulator(ulong seed, bool keepsTranscript = true)
    {
        Seed = seed;
        Transcript = new Transcript { IsKept = keepsTranscript };
        Network = new Network(seed) { Observer = keepsTranscript ? Transcript.Add : null };
    }

    /// <summary>A job at an instant: start a machine, or run an action.</summary>
    private readonly record struct Job(ISimulated? Started, Action<Instant>? Action);

    /// <summary>The seed of the network's randomness. A failure prints it.</summary>
    public ulong Seed { get; }

    /// <summary>
    /// The network with the machines' hosts. Add to its observer with <c>+=</c>. A plain assignment would end the transcript.
    /// </summary>
    public Network Network { get; }

    /// <summary>The virtual time.</summary>
    public Instant Now { get; private set; }

    /// <summary>The transcript, if it is kept.</summary>
    public Transcript Transcript { get; }

    /// <summary>Starts a machine on a host.</summary>
    /// <param name="host">A host of <see cref="Network"/>.</param>
    /// <param name="locals">
    /// The sockets that it may send from and receives on. A wildcard host stands for all addresses of the host.
    /// </param>
    /// <param name="at">When to start; not before <see cref="Now"/>.</param>
    /// <param name="create">Makes the machine for a start time. <see cref="SimulatedMachine{TEvent}.Restart"/> calls it again.</param>
    /// <param name="onEvent">
    /// Receives each event as it comes, with the received bytes. It may call this machine directly, and another one through
    /// <see cref="Schedule"/>.
    /// </param>
    public SimulatedMachine<TEvent> Start<TEvent>(
        Node host,
        IReadOnlyList<TransportAddress> locals,
        Instant at,
        Func<Instant, IProtocol<TEvent>> create,
        MachineEventHandler<TEvent>? onEvent = null)
        where TEvent : notnull
    {
        var machine = new SimulatedMachine<TEvent>(this, host, _machines.Count, locals, create, onEvent);
        _machines.Add(machine);
        ScheduleStart(at, machine);
        return machine;
    }

    /// <summary>Runs an action at an instant, such as a command to a machine. All machines are drained after it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is past.</exception>
    public void Schedule(Instant at, Action<Instant> action) => Enqueue(at, new Job(null, action));

    /// <summary>Lets time pass until <paramref name="end"/>, including everything that is due then.</summary>
    public void RunUntil(Instant end) => RunUntil(() => false, end);

    /// <summary>Lets time pass until the condition holds, but not beyond <paramref name="end"/>. True if it holds.</summary>
    public bool RunUntil(Func<bool> condition, Instant end)
    {
        // The caller may have called any machine since the last run.
        foreach (ISimulated machine in _machines) { Rearm(machine); }

        while (!condition())
        {
            if (!TryStep(end))
            {
                MoveTo(end);
                return condition();
            }
        }

        return true;
    }

    /// <summary>Fails the run if a claim does not hold. The transcript is written out only then.</summary>
    /// <exception cref="SimulationException">The claim does not hold.</exception>
    public void Check(bool holds, string claim)
    {
        if (!holds) { throw Failure(claim); }
    }

    /// <summary>An exception with a message, the seed and the transcript.</summary>
    public SimulationException Failure(string message) => new(WithTranscript(message));

    internal SimulationException Failure(string message, Exception cause) => new(WithTranscript(message), cause);

    internal void Note<T>(ISimulated machine, T what) => Transcript.Add(Now, machine.Host.Name, what);

    internal void ScheduleStart(Instant at, ISimulated machine) => Enqueue(at, new Job(machine, null));

    internal void Open(ISimulated machine)
    {
        // All addresses are checked before the first is opened. So a machine that fails to start has none.
        foreach (TransportAddress local in machine.Locals) { ThrowIfTaken(machine, local); }

        foreach (TransportAddress local in machine.Locals) { _sockets.Open(machine, local); }
    }

    internal void Open(ISimulated machine, TransportAddress local)
    {
        ThrowIfTaken(machine, local);
        _sockets.Open(machine, local);
    }

    internal void Close(ISimulated machine) => _sockets.Close(machine);

    /// <summary>Reads a machine's deadline again. A past deadline is due now, after the machines before it.</summary>
    internal void Rearm(ISimulated machine)
    {
        Instant? next = machine.NextTimeout;
        _deadlines.Set(machine.Index, next < Now ? Now : next);
    }

    internal long Transmit(ISimulated sender, IProtocol? machine, Instant now)
    {
        if (machine is null) { return 0; }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxDatagram);
        long sent = 0;
        for (; machine.TryTransmit(buffer, out Transmit transmit); sent++)
        {
            if (sent == MaxDrain) { throw Failure($"{sender.Host}: drain: over {MaxDrain} datagrams at {now}"); }

            Send(sender, transmit, buffer, now);
            bool isGone = !transmit.Source.IsAny && !transmit.Source.IsLoopback && !sender.Host.HasAddress(transmit.Source);
            if (isGone) { machine.Note(NetworkNotice.SourceLost(transmit.Source), now); }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return sent;
    }

    private void Enqueue(Instant at, Job job)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at, Now);
        _scheduled.Enqueue(job, (at.Ticks, ++_order));
    }

    private void ThrowIfTaken(ISimulated machine, TransportAddress local)
    {
        if (_sockets.IsTaken(machine, local)) { throw Failure($"{machine.Host}: a running machine has the same address and port"); }
    }

    private string WithTranscript(string message) => $"{message}\nseed {Seed}\n{Transcript}";

    private bool TryStep(Instant end)
    {
        if (NextStep() is not { } next || next > end) { return false; }

        MoveTo(next);
        if (++_stepsAtOnce > Math.Max(MaxStepsAtOnce, StepsPerMachine * _machines.Count)) { throw Failure($"time stands still at {Now}"); }

        if (TryAct() || TryDeliver(end) || !_deadlines.TryPeek(out Instant due, out int index) || due > Now) { return true; }

        ISimulated machine = _machines[index];
        if (machine.NextTimeout <= Now) { machine.Timeout(Now); }
        else { Rearm(machine); }

        return true;
    }

    private Instant? NextStep()
    {
        Instant? next = Network.NextTimeout;
        if (_scheduled.TryPeek(out _, out (long Ticks, long Order) due)) { next = Instant.Earlier(next, new Instant(due.Ticks)); }

        return _deadlines.TryPeek(out Instant deadline, out _) ? Instant.Earlier(next, deadline) : next;
    }

    private void MoveTo(Instant at)
    {
        if (at <= Now) { return; }

        Now = at;
        _stepsAtOnce = 0;
    }

    private bool TryAct()
    {
        if (!_scheduled.TryPeek(out Job job, out (long Ticks, long Order) due) || due.Ticks > Now.Ticks) { return false; }

        _scheduled.Dequeue();
        job.Started?.Begin(Now);
        if (job.Action is null) { return true; }

        job.Action(Now);

        // By index, because an event handler may start another machine.
        for (int i = 0; i < _machines.Count; i++) { _machines[i].Drain(Now); }

        return true;
    }

    private bool TryDeliver(Instant end)
    {
        // An observer may schedule something at each hop. Without one, a packet takes all its hops in one step.
        Instant until = Network.Observer is null ? BeforeOthers(end) : Now;
        if (!Network.TryDeliver(until, out Delivery delivery)) { return false; }

        MoveTo(delivery.At);
        Packet packet = delivery.Packet;
        if (_sockets.Find(delivery.To, packet.Destination) is var (machine, local)) { machine.Receive(local, packet, Now); }
        else { Transcript.Add(Now, delivery.To.Name, "no socket for it"); }

        return true;
    }

    /// <summary>Until when only packets can be due: before the next action, and up to the next timer.</summary>
    private Instant BeforeOthers(Instant end)
    {
        if (_deadlines.TryPeek(out Instant deadline, out _) && deadline < end) { end = deadline; }

        return _scheduled.TryPeek(out _, out (long Ticks, long Order) next) && next.Ticks <= end.Ticks ? new Instant(next.Ticks - 1) : end;
    }

    private void Send(ISimulated sender, in Transmit transmit, byte[] buffer, Instant now)
    {
        bool isOwn = sender.Locals.Contains(transmit.From) || sender.TryOpen(transmit.From);
        if (!isOwn) { throw Failure($"{sender.Host}: sends from {transmit.From}, which is not its own"); }

        if (SourceHost(sender.Host, transmit) is not { } source)
        {
            Transcript.Add(now, sender.Host.Name, $"cannot send to {transmit.To}: no address of this family");
            return;
        }

        byte hopLimit = transmit.HopLimit == 0 ? DefaultHopLimit : transmit.HopLimit;
        TransportAddress from = transmit.From with { Host = source };
        int at = 0;
        foreach (ReadOnlySpan<byte> datagram in transmit.Datagrams(buffer))
        {
            var packet = new Packet(from, transmit.To, hopLimit, buffer.AsMemory(at, datagram.Length));
            Network.Send(sender.Host, packet with { MustNotFragment = sender.MustNotFragment }, now);
            at += datagram.Length;
        }
    }

    // As a system with one route does: from the address that was asked for, to itself from the address itself, else from the first address
    // of the family.
    private static HostAddress? SourceHost(Node host, in Transmit transmit)
    {
        HostAddress to = transmit.To.Host;
        if (transmit.Source.IsV6 == to.IsV6 && host.HasAddress(transmit.Source)) { return transmit.Source; }

        if (!transmit.From.Host.IsAny) { return transmit.From.Host.IsV6 == to.IsV6 ? transmit.From.Host : null; }

        if (transmit.From.Host.IsV6 != to.IsV6) { return null; }

        if (to.IsLoopback || host.HasAddress(to)) { return to; }

        for (int i = 0; i < host.Addresses.Count; i++)
        {
            if (host.Addresses[i].IsV6 == to.IsV6) { return host.Addresses[i]; }
        }

        return null;
    }
}
