namespace Punch.Protocol.Discovery;

/// <summary>
/// Tests how long a mapping lives: RFC 5780 §4.6, without its binary search. Each of several sockets makes a mapping at the start and then
/// rests for a different time. After that, the main socket asks the server to reply to that mapping. So the test lasts as long as the
/// mapping lives.
/// </summary>
internal sealed class LifetimeTest
{
    private readonly ProbeSet _probes;
    private readonly ProbePacing _pacing;
    private readonly TransportAddress _asker;
    private readonly TransportAddress _server;
    private readonly TransportAddress _askerMapped;
    private readonly Probe[] _openers;
    private readonly Probe?[] _checks;
    private int _step;
    private TimeSpan? _alive;

    /// <summary>Makes the mappings.</summary>
    /// <param name="probes">The requests of the family.</param>
    /// <param name="pacing">The timing of the requests.</param>
    /// <param name="asker">The socket that asks the server.</param>
    /// <param name="askerMapped">The address of that socket that the server sees.</param>
    /// <param name="server">The server.</param>
    /// <param name="sockets"><see cref="StepCount"/> sockets.</param>
    /// <param name="now">The current time.</param>
    public LifetimeTest(
        ProbeSet probes,
        ProbePacing pacing,
        TransportAddress asker,
        TransportAddress askerMapped,
        TransportAddress server,
        IReadOnlyList<TransportAddress> sockets,
        Instant now)
    {
        (_probes, _pacing, _asker, _askerMapped, _server) = (probes, pacing, asker, askerMapped, server);
        _openers = [.. sockets.Select(socket => probes.Begin(new ProbeRoute(socket, server), pacing, now))];
        _checks = new Probe?[_openers.Length];
    }

    /// <summary>The number of waits that are tried.</summary>
    public static int StepCount => Seconds.Length;

    /// <summary>Whether the test is over.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The result; null if there is none.</summary>
    public MappingLifetime? Lifetime { get; private set; }

    /// <summary>Why there is no result.</summary>
    public UnknownReason Reason { get; private set; } = UnknownReason.StoppedEarly;

    /// <summary>When the next mapping has rested long enough; null if none is resting.</summary>
    public Instant? NextTimeout => IsDone || _checks[_step] is not null || !_openers[_step].IsAnswered ? null : DueAt;

    // On both sides of each common timer: 30, 60, 120, 180, 300 s. The first has no wait: it shows that the server does what it is asked.
    private static ReadOnlySpan<int> Seconds => [0, 10, 25, 35, 55, 65, 90, 115, 125, 175, 185, 290, 310];

    private TimeSpan Wait => TimeSpan.FromSeconds(Seconds[_step]);

    private Instant DueAt => _openers[_step].LastSent + Wait;

    /// <summary>Goes on as far as it can, and returns new events.</summary>
    public IEnumerable<DiscoveryEvent> Advance(Instant now)
    {
        while (!IsDone)
        {
            Probe opener = _openers[_step];
            if (opener.State == ProbeState.Pending) { yield break; }

            // a NAT with several public addresses gave this mapping another address, and the server may not reply to another host
            if (opener.Mapped is not { } mapped || mapped.Host != _askerMapped.Host)
            {
                Conclude(opener.IsAnswered ? UnknownReason.MappingVaries : UnknownReason.TooFewAnswers);
                yield break;
            }

            if (_checks[_step] is not { } check)
            {
                if (now < DueAt) { yield break; }

                var route = new ProbeRoute(_asker, _server) { AnswerAt = opener.Route.From, ResponsePort = mapped.Port };
                _checks[_step] = _probes.Begin(route, _pacing, now);
                yield break;
            }

            if (check.State == ProbeState.Pending) { yield break; }

            bool isFollowUp = _step > 0;
            DiscoveryEvent judged = Judge(check);
            if (isFollowUp) { yield return judged; }
        }
    }

    private DiscoveryEvent Judge(Probe check)
    {
        TimeSpan wait = Wait;
        bool isAlive = check.IsAnswered;
        if (isAlive)
        {
            _alive = wait;
            if (++_step == _openers.Length) { Conclude(dead: null); }
        }
        else if (_alive is null || check.State != ProbeState.Silent) { Conclude(UnknownReason.ServerRefuses); }
        else { Conclude(dead: wait); }

        return new DiscoveryEvent
        {
            Kind = isAlive ? DiscoveryEventKind.MappingAlive : DiscoveryEventKind.MappingDead,
            Server = _server,
            Waited = wait,
        };
    }

    private void Conclude(TimeSpan? dead)
    {
        IsDone = true;
        Lifetime = new MappingLifetime(_alive!.Value, dead);
        Reason = UnknownReason.None;
    }

    private void Conclude(UnknownReason reason)
    {
        IsDone = true;
        Reason = reason;
    }
}
