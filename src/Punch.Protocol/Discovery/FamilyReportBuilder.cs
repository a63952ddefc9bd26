using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>Infers the findings of one address family from the requests and their replies.</summary>
internal sealed class FamilyReportBuilder
{
    private readonly BehaviorTests _tests;
    private readonly DiscoverySockets _sockets;
    private readonly Probe[] _toPlaces;
    private readonly TransportAddress? _local;
    private readonly WitnessJudgement _judgement;

    public FamilyReportBuilder(IReadOnlyList<ServerProbe> servers, BehaviorTests tests, DiscoverySockets sockets)
    {
        (_tests, _sockets) = (tests, sockets);
        DiscoveryServer lead = tests.Lead.Server;
        _local = lead.LocalHost is { } host ? new TransportAddress(host, sockets.Main.Port) : null;

        // A server in another network, or reached through another interface, is on another side of the NAT. It would look like a varying
        // mapping.
        AddressScope scope = lead.Address.Host.Scope();
        ServerProbe[] comparable = [.. servers.Where(server =>
            server.IsAnswered && server.Server.LocalHost == lead.LocalHost && server.Address.Host.Scope() == scope)];
        Probe?[] toOthers = [tests.MainToOther, tests.MainToOtherHost, tests.MainToOtherPort];
        Probe[] toLead = [tests.Lead.Probe, .. Answered(toOthers.OfType<Probe>())];
        _judgement = WitnessJudge.Judge(
            [
                new Witness(tests.Lead, Samples(toLead)),
                .. comparable.Where(server => server != tests.Lead).Select(server => new Witness(server, Samples([server.Probe]))),
            ],
            scope);
        _toPlaces = [.. toLead, .. comparable.Where(server => server != tests.Lead).Select(server => server.Probe)];
    }

    /// <summary>The servers that contradict all others.</summary>
    public IEnumerable<ServerProbe> LeftOut => _judgement.LeftOut.Select(witness => witness.Server);

    private bool IsLeadLeftOut => _judgement.LeftOut.Any(witness => witness.Server == _tests.Lead);

    public FamilyReport Build(bool isV6, (Probe Out, Probe Back)? hairpin, bool isHairpinWanted, LifetimeTest? lifetime)
    {
        MappingSample[] samples = _judgement.Samples;
        Finding<Mapping> mapping = InferMapping(samples);
        Finding<Filtering> filtering = IsLeadLeftOut
            ? Finding.Unknown<Filtering>(UnknownReason.ServersDisagree)
            : FilteringInference.Infer(_tests.FromOtherHost, _tests.FromOtherPort, mapping);
        AllocationFinding allocation = Allocation();
        HostAddress[] publicHosts =
        [
            .. samples.Select(sample => sample.Mapped).Concat(Burst().Select(probe => probe.Mapped!.Value)).Select(mapped => mapped.Host)
                .Distinct(),
        ];
        return new FamilyReport
        {
            IsV6 = isV6,
            Udp = UdpState.Open,
            Local = _local,
            PublicAddresses = [.. samples.Select(sample => sample.Mapped).Distinct()],
            PublicHosts = publicHosts,
            Mapping = mapping,
            Filtering = filtering,
            Allocation = allocation.Allocation,
            SequentialStep = allocation.Step,
            Block = allocation.Block,
            EarlyPackets = EarlyPackets(mapping),
            Hairpin = Hairpin(mapping, hairpin, isHairpinWanted),
            Lifetime = lifetime?.Lifetime,
            LifetimeReason = lifetime?.Reason ?? UnknownReason.NotTested,
            CarrierHints = _judgement.IsSplit ? CarrierHints.None : Hints(publicHosts),
            AreServersSplit = _judgement.IsSplit,
            IsRewritten = AllAnswered().Any(probe => probe.Answer!.Value.IsRewritten),
        };
    }

    private static IEnumerable<Probe> Answered(IEnumerable<Probe> probes) => probes.Where(probe => probe.IsAnswered);

    private static MappingSample[] Samples(IEnumerable<Probe> probes) =>
        [.. probes.Select(probe => new MappingSample(probe.Route.To, probe.Mapped!.Value)).Distinct()];

    // The replies of the lead to other sockets.
    private IEnumerable<Probe> Burst() => IsLeadLeftOut ? [] : Answered([_tests.FreshPlain, .. _tests.Extra]);

    private IEnumerable<Probe> AllAnswered() => Answered([.. _toPlaces, _tests.FreshPlain, .. _tests.Extra]);

    private Finding<Mapping> InferMapping(MappingSample[] samples)
    {
        Finding<Mapping> mapping = MappingInference.Infer(_local, samples);
        if (_judgement.IsSplit)
        {
            Mapping[] translated = [Mapping.EndpointIndependent, Mapping.AddressDependent, Mapping.AddressAndPortDependent];
            bool mayBeNone = _local is null || Array.Exists(samples, sample => sample.Mapped == _local);
            return Finding.OneOf(UnknownReason.ServersDisagree, [.. mayBeNone ? [Mapping.None] : (Mapping[])[], .. translated]);
        }

        if (mapping.Allows(Mapping.EndpointIndependent) || !WitnessJudge.RestsOnOne(_judgement)) { return mapping; }

        return Finding.OneOf(UnknownReason.ServersDisagree, [Mapping.EndpointIndependent, .. mapping.Candidates]);
    }

    private AllocationFinding Allocation()
    {
        static AllocationSample Sample(Probe probe) => new(probe.Route.From.Port, probe.Mapped!.Value);

        if (IsLeadLeftOut) { return new AllocationFinding(Finding.Unknown<PortAllocation>(UnknownReason.ServersDisagree)); }

        IEnumerable<Probe> toBelieved = Answered(_toPlaces)
            .Where(probe => !_judgement.LeftOut.Any(witness => witness.Server.Probe == probe));
        return AllocationInference.Infer([.. toBelieved.Concat(Burst()).Select(Sample)], [.. Burst().Select(Sample)]);
    }

    // If the mapping does not vary, another port towards the place whose reply was filtered is caused by that reply.
    private Finding<EarlyPacket> EarlyPackets(Finding<Mapping> mapping)
    {
        if (mapping.Value == Mapping.None) { return Finding.Unknown<EarlyPacket>(UnknownReason.NotApplicable); }

        bool varies = mapping.Value is Mapping.AddressDependent or Mapping.AddressAndPortDependent;
        if (varies) { return Finding.Unknown<EarlyPacket>(UnknownReason.MappingVaries); }

        if (_tests.AfterFilter is { IsAnswered: true } after)
        {
            bool isHeld = after.Mapped != _tests.FreshPlain.Mapped;
            return Finding.Known(isHeld ? EarlyPacket.Held : EarlyPacket.Ignored);
        }

        bool isUnfiltered = _tests.FromOtherHost == FilterOutcome.Passed;
        return Finding.Unknown<EarlyPacket>(isUnfiltered ? UnknownReason.NotApplicable : UnknownReason.NoOtherSource);
    }

    private static Finding<Hairpinning> Hairpin(Finding<Mapping> mapping, (Probe Out, Probe Back)? hairpin, bool isWanted)
    {
        if (!isWanted) { return Finding.Unknown<Hairpinning>(UnknownReason.NotTested); }

        if (mapping.Value == Mapping.None) { return Finding.Unknown<Hairpinning>(UnknownReason.NotApplicable); }

        if (hairpin is not { } probes) { return Finding.Unknown<Hairpinning>(UnknownReason.TooFewAnswers); }

        if (probes.Out.IsAnswered || probes.Back.IsAnswered) { return Finding.Known(Hairpinning.Works); }

        if (probes.Out.State == ProbeState.Abandoned) { return Finding.Unknown<Hairpinning>(UnknownReason.TooFewAnswers); }

        // the NAT may hairpin but still filter these packets, because they come from a port that was never sent to
        return mapping.Value == Mapping.EndpointIndependent
            ? Finding.Known(Hairpinning.Missing)
            : Finding.Unknown<Hairpinning>(UnknownReason.MappingVaries);
    }

    private CarrierHints Hints(HostAddress[] publicHosts)
    {
        DiscoveryServer lead = _tests.Lead.Server;
        if (!lead.Address.Host.IsPublic()) { return CarrierHints.None; }

        CarrierHints hints = CarrierHints.None;
        if (lead.LocalHost?.Scope() == AddressScope.Shared) { hints |= CarrierHints.SharedLocalAddress; }

        if (Array.Exists(publicHosts, host => !host.IsPublic())) { hints |= CarrierHints.PrivateUpstream; }

        return publicHosts.Length > 1 ? hints | CarrierHints.SeveralPublicAddresses : hints;
    }
}
