using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>
/// A NAT for UDP over IPv4, in the terms of RFC 4787. What carries TCP is translated in the same way, with ports of its own (RFC 5382 has
/// the same terms). It has three tables with limits and expiry. Mappings go from inside endpoint and, by
/// <see cref="Mapping"/>, destination, to outside endpoint. Permissions say which addresses may send inwards, by <see cref="Filtering"/>
/// and <see cref="FilterScope"/>. The third table has early packets (<see cref="EarlyPacket.Held"/>). It drops IPv6. A router with IPv4 and
/// IPv6 is a <see cref="DualStack"/>.
/// </summary>
public sealed partial class Nat : IMiddlebox
{
    private readonly NatOptions _options;
    private readonly LeaseTable<Binding> _mappings;
    private readonly Dictionary<FlowKey, Binding> _byOutside = [];
    private readonly Dictionary<TransportAddress, Binding> _latest = [];
    private readonly FilterState _filter;
    private readonly LeaseTable<FlowKey> _early;
    private SplitMix64 _random;
    private int _lastPort;
    private Instant _upAgain = new(long.MinValue);

    /// <summary>Creates a NAT with empty tables.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or name no IPv4 address.</exception>
    public Nat(NatOptions options, ulong seed)
    {
        options.Validate();
        _options = options;
        _random = new SplitMix64(seed);
        _lastPort = RandomPort();
        var lifetimes = new Lifetimes(options.UnrepliedLifetime, options.Lifetime);
        _mappings = new LeaseTable<Binding>(options.MaxMappings, lifetimes, Forget);
        _filter = new FilterState(options.Filtering, options.Refresh, lifetimes, options.MaxPermissions);
        _early = new LeaseTable<FlowKey>(options.MaxMappings, lifetimes);
    }

    /// <summary>A mapping: the keys for outbound and inbound packets, and its two endpoints.</summary>
    private readonly record struct Binding(FlowKey InsideKey, FlowKey OutsideKey)
    {
        public TransportAddress Inside => InsideKey.Near;

        public TransportAddress Outside => OutsideKey.Near;
    }

    /// <summary>The behaviour of this NAT.</summary>
    public NatOptions Options => _options;

    internal int MappingCount => _mappings.Count;

    internal int PermissionCount => _filter.Count;

    internal int EarlyCount => _early.Count;

    /// <inheritdoc/>
    public IReadOnlyList<HostAddress> OutsideAddresses => _options.PublicAddresses;

    /// <inheritdoc/>
    public bool Hides(HostAddress inside) => true;

    /// <summary>
    /// Forgets all mappings, permissions and early packets, and drops every packet until <paramref name="outage"/> has passed.
    /// </summary>
    public void Reboot(Instant now, TimeSpan outage = default)
    {
        _mappings.Clear();
        _filter.Clear();
        _early.Clear();
        _lastPort = RandomPort();
        _upAgain = now + outage;
    }

    /// <inheritdoc/>
    public Passage Outbound(in Packet packet, Instant now)
    {
        DropReason refusal = Refuses(packet, now);
        if (refusal != DropReason.None) { return Passage.Dropped(refusal); }

        if (!_options.Hairpins && OutsideAddresses.Contains(packet.Destination.Host)) { return Passage.Dropped(DropReason.NoHairpin); }

        StateChange change = StateChange.Refreshed;
        Lease<Binding>? mapping = Find(packet.Source, packet.Destination, now);
        if (mapping is null)
        {
            DropReason failure = Create(packet.Source, packet.Destination, now, out mapping, out change);
            if (mapping is null) { return Passage.Dropped(failure); }
        }

        // RFC 4787 REQ-6: outbound refresh.
        mapping.Refreshed = now;
        return _filter.Open(FilterOwner(mapping.Value), packet.Destination, now) is null
            ? Passage.Dropped(DropReason.TableFull, change)
            : Passage.Passed(packet with { Source = mapping.Value.Outside }, change);
    }

    /// <inheritdoc/>
    public Passage Inbound(in Packet packet, Instant now)
    {
        DropReason refusal = Refuses(packet, now);
        if (refusal != DropReason.None) { return Passage.Dropped(refusal); }

        if (!OutsideAddresses.Contains(packet.Destination.Host)) { return Passage.Dropped(DropReason.NoRoute); }

        if (FindEarly(packet.Destination, packet.Source, now) is { } early)
        {
            early.Refreshed = now;
            return Passage.Dropped(DropReason.NoMapping, StateChange.Refreshed);
        }

        Lease<Binding>? mapping = FindOutside(packet.Destination, packet.Source, now);
        if (mapping is null) { return Unsolicited(packet, DropReason.NoMapping, now); }

        bool isAccepted = _filter.Accepts(FilterOwner(mapping.Value), packet.Source, now);
        if (!isAccepted) { return Unsolicited(packet, DropReason.Filtered, now); }

        mapping.IsReplied = true;
        if (_options.Refresh == Refresh.Bidirectional) { mapping.Refreshed = now; }

        return Passage.Passed(packet with { Destination = mapping.Value.Inside }, StateChange.Refreshed);
    }

    private void Forget(Binding binding)
    {
        _byOutside.Remove(binding.OutsideKey);
        if (_latest.TryGetValue(binding.Inside, out Binding latest) && latest == binding) { _latest.Remove(binding.Inside); }
    }

    private DropReason Refuses(in Packet packet, Instant now)
    {
        if (now < _upAgain) { return DropReason.Down; }

        return packet.Source.Host.IsV6 || packet.Destination.Host.IsV6 ? DropReason.WrongFamily : DropReason.None;
    }

    private Passage Unsolicited(in Packet packet, DropReason reason, Instant now)
    {
        if (_options.EarlyPacket == EarlyPacket.Ignored || !_early.TryMakeRoom(now)) { return Passage.Dropped(reason); }

        var key = new FlowKey(packet.Destination, packet.Source);
        _early.Add(key, key, now);
        return Passage.Dropped(reason, StateChange.Confirmed);
    }

    // A flow that an early packet moved has a mapping of its own, with any mapping behaviour, and keeps it.
    private Lease<Binding>? Find(TransportAddress inside, TransportAddress remote, Instant now)
    {
        if (_mappings.Find(new FlowKey(inside, remote), now) is { } flow) { return flow; }

        if (_options.Mapping == Mapping.AddressAndPortDependent) { return null; }

        Lease<Binding>? mapping = _mappings.Find(new FlowKey(inside, Narrow(remote)), now);
        return mapping is not null && FindEarly(mapping.Value.Outside, remote, now) is null ? mapping : null;
    }

    private Lease<FlowKey>? FindEarly(TransportAddress outside, TransportAddress remote, Instant now) =>
        _early.Find(new FlowKey(outside, remote), now);

    private Lease<Binding>? FindOutside(TransportAddress outside, TransportAddress remote, Instant now) =>
        _byOutside.TryGetValue(OutsideKey(outside, remote), out Binding binding) ? _mappings.Find(binding.InsideKey, now) : null;

    private TransportAddress FilterOwner(Binding binding) => _options.FilterScope switch
    {
        FilterScope.InsideEndpoint => binding.Inside,
        FilterScope.Mapping => binding.Outside,
        _ => throw new UnreachableException(),
    };

    private FlowKey OutsideKey(TransportAddress outside, TransportAddress remote) =>
        new(outside, _options.Sharing == PortSharing.Overloaded ? Narrow(remote) : default);

    private TransportAddress Narrow(TransportAddress remote) => _options.Mapping switch
    {
        Mapping.EndpointIndependent => default,
        Mapping.AddressDependent => remote with { Port = 0 },
        Mapping.AddressAndPortDependent => remote,
        _ => throw new UnreachableException(),
    };
}
