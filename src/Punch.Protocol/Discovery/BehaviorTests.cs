using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>
/// The tests of mapping, filtering and allocation with one server: RFC 5780 §4.3 and §4.4, all at once. They do not disturb each other: the
/// fresh socket only sends to the place it asks, and everything else goes from other sockets.
/// <para>
/// A filter shows as silence, but silence has other causes too. So each silence needs a witness. The main socket asks the other place
/// itself. Then it asks the server to answer from there. A filter of an endpoint-independent mapping cannot stop that reply.
/// </para>
/// </summary>
internal sealed class BehaviorTests
{
    private readonly ProbeSet _probes;
    private readonly DiscoverySockets _sockets;
    private readonly ProbePacing _pacing;
    private readonly TransportAddress _server;

    public BehaviorTests(ProbeSet probes, DiscoverySockets sockets, ServerProbe lead, ProbePacing pacing, Instant now)
    {
        (_probes, _sockets, _pacing, _server) = (probes, sockets, pacing, lead.Address);
        Lead = lead;

        // This burst comes first, all at once: the ports that a NAT gives it show the allocation.
        FreshPlain = Ask(sockets.Fresh, _server, now);
        Extra = [.. sockets.Extra.Select(socket => Ask(socket, _server, now))];
        if (lead.Other is not { } other) { return; }

        if (lead.HasOtherHost)
        {
            StunChange both = lead.HasOtherPort ? StunChange.Address | StunChange.Port : StunChange.Address;
            FilterHost = Ask(sockets.Fresh, other, both, now);
            MainToOther = Ask(sockets.Main, other, now);
        }

        if (lead.HasOtherPort)
        {
            FilterPort = Ask(sockets.Fresh, OtherPort, StunChange.Port, now);
            MainToOtherPort = Ask(sockets.Main, OtherPort, now);
        }

        if (lead.HasOtherHost && lead.HasOtherPort) { MainToOtherHost = Ask(sockets.Main, other with { Port = _server.Port }, now); }
    }

    public ServerProbe Lead { get; }

    /// <summary>The fresh socket asks for no change.</summary>
    public Probe FreshPlain { get; }

    /// <summary>The extra sockets ask for no change.</summary>
    public IReadOnlyList<Probe> Extra { get; }

    /// <summary>The fresh socket asks for a reply from the other address: test II of the filter.</summary>
    public Probe? FilterHost { get; }

    /// <summary>The fresh socket asks for a reply from the other port: test III of the filter.</summary>
    public Probe? FilterPort { get; }

    /// <summary>The main socket asks A2:P2: test III of the mapping.</summary>
    public Probe? MainToOther { get; }

    /// <summary>The main socket asks A2:P1: test II of the mapping.</summary>
    public Probe? MainToOtherHost { get; }

    /// <summary>The main socket asks A1:P2.</summary>
    public Probe? MainToOtherPort { get; }

    /// <summary>The main socket asks for a reply from A2:P2, after it has sent there.</summary>
    public Probe? WitnessHost { get; private set; }

    /// <summary>The main socket asks for a reply from A1:P2, after it has sent there.</summary>
    public Probe? WitnessPort { get; private set; }

    /// <summary>The fresh socket asks the place whose reply was filtered, to see whether that reply left a trace.</summary>
    public Probe? AfterFilter { get; private set; }

    /// <summary>The outcome of test II of the filter.</summary>
    public FilterOutcome FromOtherHost => Judge(FilterHost, MainToOther, WitnessHost);

    /// <summary>The outcome of test III of the filter.</summary>
    public FilterOutcome FromOtherPort => Judge(FilterPort, MainToOtherPort, WitnessPort);

    private TransportAddress OtherPort => _server with { Port = Lead.Other!.Value.Port };

    /// <summary>Starts the witnesses as soon as they can prove something.</summary>
    public void CallWitnesses(Instant now)
    {
        WitnessHost ??= TryCallWitness(FilterHost, MainToOther, now);
        WitnessPort ??= TryCallWitness(FilterPort, MainToOtherPort, now);
    }

    /// <summary>Follows up a filtered reply; false if there is none, or the mapping varies anyway.</summary>
    public bool TryFollowUp(Instant now)
    {
        Probe? keptOut = FromOtherHost == FilterOutcome.Blocked ? FilterHost : FromOtherPort == FilterOutcome.Blocked ? FilterPort : null;
        if (AfterFilter is not null || keptOut is null || !IsConstant(keptOut == FilterHost ? MainToOther : MainToOtherPort))
        {
            return false;
        }

        AfterFilter = Ask(_sockets.Fresh, keptOut.Route.AnswerFrom, now);
        return true;
    }

    private bool IsConstant(Probe? toOther) => toOther is { IsAnswered: true } && toOther.Mapped == Lead.Probe.Mapped;

    private Probe? TryCallWitness(Probe? filter, Probe? toOther, Instant now)
    {
        if (filter is null or { IsAnswered: true } || !IsConstant(toOther)) { return null; }

        var route = new ProbeRoute(_sockets.Main, _server) { AnswerFrom = filter.Route.AnswerFrom, Change = filter.Route.Change };
        return _probes.Begin(route, _pacing, now);
    }

    private FilterOutcome Judge(Probe? filter, Probe? toOther, Probe? witness)
    {
        if (filter is null) { return FilterOutcome.NotAsked; }

        if (filter.State is not (ProbeState.Silent or ProbeState.Abandoned))
        {
            return filter.IsAnswered ? FilterOutcome.Passed : FilterOutcome.Refused;
        }

        if (!FreshPlain.IsAnswered || filter.State == ProbeState.Abandoned) { return FilterOutcome.SocketSilent; }

        if (!toOther!.IsAnswered) { return FilterOutcome.SourceSilent; }

        return witness is null or { IsAnswered: true } ? FilterOutcome.Blocked : FilterOutcome.Refused;
    }

    private Probe Ask(TransportAddress from, TransportAddress to, Instant now) => _probes.Begin(new ProbeRoute(from, to), _pacing, now);

    private Probe Ask(TransportAddress from, TransportAddress answerFrom, StunChange change, Instant now) =>
        _probes.Begin(new ProbeRoute(from, _server) { AnswerFrom = answerFrom, Change = change }, _pacing, now);
}
