using Punch.Serving;
using Punch.Simulation.Scenarios;
using Punch.Tests.Frames;

namespace Punch.Tests.Model;

/// <summary>
/// A small world that a <see cref="Search"/> leads through every sequence of actions: two real sessions that share a code, the real server
/// and a network without NATs. The same sequence always does the same, since machines are deterministic. What the adversary can do is up to
/// the derived world.
/// </summary>
internal abstract class World : IDisposable
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478");

    /// <summary>What a few probes a second are, for all unproven addresses together: docs/threat-model.md.</summary>
    private const int MostProbes = 50;

    // From one to the other.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    // Long enough for a client that refreshes its seat rarely, and for a seat of the adversary's to lapse.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // Data waits for 30 s for a path that has closed, then a session ends and says so. Less the time that meeting takes.
    private static readonly TimeSpan Stranded = TimeSpan.FromSeconds(25);

    private readonly PriorityQueue<Flight, (long At, int Order)> _flights = new();
    private readonly byte[] _buffer = new byte[65_535];
    private int _order;
    private uint _restarts;

    protected World()
    {
        Machine = MeetingScenario.Server([Server], _restarts, DateTimeOffset.UnixEpoch);
        MeetingCode code = MeetingRig.Code();
        A = new HonestParty(this, "A", HostAddress.Parse("198.51.100.1"), 40001, key: 0x40, code);
        B = new HonestParty(this, "B", HostAddress.Parse("203.0.113.2"), 50002, key: 0x80, code);
        A.Known.Add(B.Host);
        B.Known.Add(A.Host);
    }

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(1000));

    /// <summary>The names of all actions; a sequence is made of their indexes.</summary>
    public abstract IReadOnlyList<string> Actions { get; }

    public List<Breach> Breaches { get; } = [];

    public HonestParty A { get; }

    public HonestParty B { get; }

    protected ServerMachine Machine { get; private set; }

    /// <summary>
    /// Two sequences with one digest led to the same place, as far as anyone can see: all that the parties did, and where they stand.
    /// </summary>
    public virtual ulong Digest => Mix.Of(
        Milliseconds(Now), A.State, B.State, Milliseconds(Machine.NextTimeout), (ulong)Breaches.Count);

    /// <summary>Whether two actions, one right after the other, do the same in both orders. Then only one order is played.</summary>
    public virtual bool CanSwap(int first, int second) => false;

    protected IEnumerable<HonestParty> Parties => [A, B];

    public static ulong Milliseconds(Instant? at) => at is { } time ? (ulong)(time.Ticks / TimeSpan.TicksPerMillisecond) : 0;

    /// <summary>Does an action; false when it makes no sense now.</summary>
    public bool Do(int action)
    {
        Tick();
        return TryDo(action);
    }

    /// <summary>The adversary stops. Says whether the two must meet now.</summary>
    public void Finish()
    {
        bool mustMeet = Calm();
        foreach (HonestParty party in Parties) { CheckProbes(party); }

        if (!mustMeet) { return; }

        bool mayGiveUp = Parties.Any(party => Now - party.ClosedAt > Stranded);
        for (Instant end = Now + Patience; Now < end && !HaveMet;) { Pass(TimeSpan.FromSeconds(1)); }

        bool hasGivenUp = mayGiveUp && Parties.Any(party => party.Session is { IsEnded: true });
        if (!HaveMet && !hasGivenUp) { Break(Promise.StillMeet, $"{Describe(A)}, {Describe(B)} {Patience.TotalSeconds} s later"); }
    }

    public void Break(Promise promise, string what) => Breaches.Add(new Breach(promise, what));

    /// <summary>A party, or the adversary, sends.</summary>
    public void Send(HonestParty? sender, TransportAddress from, TransportAddress to, byte[] bytes)
    {
        if (sender is not null && to.Host != Server.Host) { CheckPlace(sender, to); }

        _flights.Enqueue(new Flight(sender, from, to, bytes), ((Now + Delay).Ticks, ++_order));
    }

    public void Dispose()
    {
        foreach (HonestParty party in Parties) { party.Dispose(); }
    }

    protected abstract bool TryDo(int action);

    /// <summary>Ends whatever the adversary does all the time. Returns whether it let the two live.</summary>
    protected abstract bool Calm();

    /// <summary>Whether a datagram arrives, and from where.</summary>
    protected virtual bool TryPass(ref Flight flight) => true;

    /// <summary>The server sends in reply to a datagram.</summary>
    protected virtual void OnServed(in Flight request, in Transmit sent, ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>The server begins again, with another secret and no rooms.</summary>
    protected void Restart() => Machine = MeetingScenario.Server([Server], ++_restarts * 16, DateTimeOffset.UnixEpoch);

    /// <summary>No two things happen at one instant, so what was heard is told by when.</summary>
    protected void Tick() => Now += TimeSpan.FromTicks(1);

    protected void Pass(TimeSpan time)
    {
        Instant end = Now + time;
        while (true)
        {
            Instant? flight = _flights.TryPeek(out _, out (long At, int Order) due) ? new Instant(due.At) : null;
            Instant? timer = Instant.Earlier(Instant.Earlier(A.Session?.NextTimeout, B.Session?.NextTimeout), Machine.NextTimeout);
            if (Instant.Earlier(flight, timer) is not { } next || next > end) { break; }

            Tick();
            Now = next > Now ? next : Now;
            if (flight == next) { Arrive(_flights.Dequeue()); }
            else { Timeout(); }
        }

        Now = end > Now ? end : Now;
    }

    /// <summary>What is under way arrives in the other order.</summary>
    protected void Swap()
    {
        Flight[] flights = [.. _flights.UnorderedItems.OrderBy(each => each.Priority).Select(each => each.Element)];
        _flights.Clear();
        foreach (Flight flight in flights.Reverse()) { _flights.Enqueue(flight, (Now.Ticks, ++_order)); }
    }

    /// <summary>The server gets a datagram; its replies are sent. Returns them.</summary>
    protected List<byte[]> Serve(in Flight request)
    {
        Machine.Receive(new Datagram(request.From, Server, request.Bytes), Now);
        List<byte[]> replies = [];
        int sent = 0;
        while (Machine.TryTransmit(_buffer, out Transmit transmit))
        {
            sent += transmit.Length;
            OnServed(request, transmit, _buffer.AsSpan(0, transmit.Length));
            replies.Add(_buffer[..transmit.Length]);
            Send(null, Server, transmit.To, replies[^1]);
        }

        if (sent > request.Bytes.Length) { Break(Promise.FewBytes, $"the server sent {sent} bytes for {request.Bytes.Length}"); }

        return replies;
    }

    private static string Describe(HonestParty party) => party.Session switch
    {
        null => $"{party.Name} did not start",
        { IsEnded: true } session => $"{party.Name} ended ({session.Outcome.Result})",
        { Path: { } path } => $"{party.Name} is open to {path.Remote}",
        var session => $"{party.Name} is {session.Finder.State}",
    };

    private bool HaveMet => A.IsOpen && B.IsOpen;

    private void Arrive(Flight flight)
    {
        if (!TryPass(ref flight)) { return; }

        if (flight.To == Server)
        {
            Serve(flight);
            return;
        }

        foreach (HonestParty party in Parties)
        {
            if (flight.To.Host == party.Host) { party.Receive(flight.From, flight.To, flight.Bytes); }
        }
    }

    private void Timeout()
    {
        if (Machine.NextTimeout <= Now) { Machine.Timeout(Now); }

        foreach (HonestParty party in Parties)
        {
            if (party.Session?.NextTimeout <= Now) { party.Timeout(); }
        }
    }

    private void CheckPlace(HonestParty sender, in TransportAddress to)
    {
        bool isPeer = to.Host == A.Host || to.Host == B.Host;
        if (!isPeer) { sender.Probes.Add(Now); }

        bool mayNotBeNamed = to.Host.Scope() != AddressScope.Public;
        if (mayNotBeNamed || !sender.Known.Contains(to.Host)) { Break(Promise.KnownPlaces, $"{sender.Name} sends to {to}"); }
    }

    private void CheckProbes(HonestParty party)
    {
        for (int first = 0, last = 0; last < party.Probes.Count; last++)
        {
            while (party.Probes[last] - party.Probes[first] >= TimeSpan.FromSeconds(1)) { first++; }

            if (last - first >= MostProbes)
            {
                Break(Promise.FewBytes, $"{party.Name} sends more than {MostProbes} datagrams a second to strangers");
                return;
            }
        }
    }
}

/// <summary>A datagram under way.</summary>
/// <param name="Sender">The honest party that sent it; null for the server and the adversary.</param>
/// <param name="From">Where it seems to come from.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Bytes">What it says.</param>
internal readonly record struct Flight(HonestParty? Sender, TransportAddress From, TransportAddress To, byte[] Bytes);
