using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>Draws the conclusions from what came of the requests of one address family.</summary>
internal sealed class FamilyReportBuilder
{
    private readonly BehaviorTests _tests;
    private readonly DiscoverySockets _sockets;
    private readonly Probe[] _toPlaces;
    private readonly TransportAddress? _local;

    public FamilyReportBuilder(IReadOnlyList<ServerProbe> servers, BehaviorTests tests, DiscoverySockets sockets)
    {
        (_tests, _sockets) = (tests, sockets);
        DiscoveryServer lead = tests.Lead.Server;
        _local = lead.LocalHost is { } host ? new TransportAddress(host, sockets.Main.Port) : null;

        // A server in another network, or reached through another interface, is on another side of the NAT: it would look like a varying
        // mapping.
        AddressScope scope = lead.Address.Host.Scope();
        IEnumerable<Probe> comparable = servers
            .Where(server => server.Server.LocalHost == lead.LocalHost && server.Address.Host.Scope() == scope)
            .Select(server => server.Probe);
        Probe?[] toOthers = [tests.MainToOther, tests.MainToOtherHost, tests.MainToOtherPort];
        _toPlaces = [tests.Lead.Probe, .. comparable.Where(probe => probe != tests.Lead.Probe), .. toOthers.OfType<Probe>()];
    }

    public FamilyReport Build(bool isV6, (Probe Out, Probe Back)? hairpin, bool isHairpinWanted, LifetimeTest? lifetime)
    {
        MappingSample[] samples = [.. Answered(_toPlaces)
            .Select(probe => new MappingSample(probe.Route.To, probe.Mapped!.Value))
            .Distinct()];
        Finding<Mapping> mapping = MappingInference.Infer(_local, samples);
        Finding<Filtering> filtering = FilteringInference.Infer(_tests.FromOtherHost, _tests.FromOtherPort, mapping);
        AllocationFinding allocation = Allocation();
        HostAddress[] publicHosts = [.. AllAnswered().Select(probe => probe.Mapped!.Value.Host).Distinct()];
        return new FamilyReport
        {
            IsV6 = isV6,
            IsReached = true,
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
            CarrierHints = Hints(publicHosts),
            IsRewritten = AllAnswered().Any(probe => probe.Answer!.Value.IsRewritten),
        };
    }

    private static IEnumerable<Probe> Answered(IEnumerable<Probe> probes) => probes.Where(probe => probe.IsAnswered);

    private IEnumerable<Probe> AllAnswered() => Answered([.. _toPlaces, _tests.FreshPlain, .. _tests.Extra]);

    private AllocationFinding Allocation()
    {
        static AllocationSample Sample(Probe probe) => new(probe.Route.From.Port, probe.Mapped!.Value);

        return AllocationInference.Infer(
            [.. AllAnswered().Select(Sample)], [.. Answered([_tests.FreshPlain, .. _tests.Extra]).Select(Sample)]);
    }

    // Where the mapping does not vary, another port for the place whose answer was kept out is that answer's doing.
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

        // the NAT may turn packets round and still keep these out, which came from a port that nobody had sent to
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
