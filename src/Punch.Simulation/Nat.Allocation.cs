using System.Buffers.Binary;
using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

public sealed partial class Nat
{
    // Linux gives up guessing after 128 tries as well (nf_nat_core.c); a scan of the whole range follows here.
    private const int RandomTries = 128;

    private int PortCount => _options.LastPort - _options.FirstPort + 1;

    private DropReason Create(
        TransportAddress inside, TransportAddress remote, Instant now, out Lease<Binding>? mapping, out StateChange change)
    {
        mapping = null;
        change = StateChange.None;
        if (!_mappings.TryMakeRoom(now)) { return DropReason.TableFull; }

        if (!TryAllocate(inside, remote, now, out TransportAddress outside, out bool isClash)) { return DropReason.PortsExhausted; }

        TransportAddress scope = isClash ? remote : Narrow(remote);
        var binding = new Binding(new FlowKey(inside, scope), OutsideKey(outside, remote));
        mapping = _mappings.Add(binding.InsideKey, binding, now);
        _byOutside.Add(binding.OutsideKey, binding);
        if (_options.Sharing == PortSharing.Overloaded) { _latest[inside] = binding; }

        change = isClash ? StateChange.Remapped : StateChange.Created;
        return DropReason.None;
    }

    // With any allocation, a clash moves the flow to a random port, as with conntrack.
    private bool TryAllocate(
        TransportAddress inside, TransportAddress remote, Instant now, out TransportAddress outside, out bool isClash)
    {
        isClash = HasClashingMapping(inside, remote, now);
        HostAddress host = PublicAddressFor(inside.Host);
        outside = inside with { Host = host };
        if (isClash) { return TryRandom(host, remote, now, out outside); }

        if (TryLatest(inside, remote, now, out TransportAddress latest))
        {
            outside = latest;
            return true;
        }

        switch (_options.Allocation)
        {
            case PortAllocation.Preserving:
                bool isFree = IsInRange(outside.Port) && FindOutside(outside, remote, now) is null;
                isClash = isFree && FindEarly(outside, remote, now) is not null;
                return (isFree && !isClash) || TryRandom(host, remote, now, out outside);
            case PortAllocation.Sequential:
                return TrySequential(host, remote, now, out outside);
            case PortAllocation.Random:
            case PortAllocation.Block:
                return TryRandom(host, remote, now, out outside);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>
    /// Linux gives a new flow the outside port of the inside endpoint's latest flow, if that port is free towards the new destination
    /// (find_appropriate_src in nf_nat_core.c). So once an early packet has moved the port, later destinations see the moved one.
    /// </summary>
    private bool TryLatest(TransportAddress inside, TransportAddress remote, Instant now, out TransportAddress outside)
    {
        outside = default;
        if (!_latest.TryGetValue(inside, out Binding binding) || _mappings.Find(binding.InsideKey, now) is null) { return false; }

        outside = binding.Outside;
        return IsUsable(outside, remote, now);
    }

    // A live mapping would have served this packet if no early packet were in its way.
    private bool HasClashingMapping(TransportAddress inside, TransportAddress remote, Instant now) =>
        _options.Mapping != Mapping.AddressAndPortDependent && _mappings.Find(new FlowKey(inside, Narrow(remote)), now) is not null;

    private bool TrySequential(HostAddress host, TransportAddress remote, Instant now, out TransportAddress outside)
    {
        int step = _options.SequentialStep;
        if (!TryScan(host, _lastPort + step, Math.Sign(step), remote, now, out outside)) { return false; }

        _lastPort = outside.Port;
        return true;
    }

    private bool TryRandom(HostAddress host, TransportAddress remote, Instant now, out TransportAddress outside)
    {
        for (int i = 0; i < RandomTries; i++)
        {
            outside = new TransportAddress(host, (ushort)RandomPort(), remote.Transport);
            if (IsUsable(outside, remote, now)) { return true; }
        }

        return TryScan(host, RandomPort(), 1, remote, now, out outside);
    }

    private bool TryScan(HostAddress host, int from, int step, TransportAddress remote, Instant now, out TransportAddress outside)
    {
        outside = default;
        for (int i = 0; i < PortCount; i++)
        {
            outside = new TransportAddress(host, Wrap(from + (i * step)), remote.Transport);
            if (IsUsable(outside, remote, now)) { return true; }
        }

        return false;
    }

    private bool IsUsable(TransportAddress outside, TransportAddress remote, Instant now) =>
        FindOutside(outside, remote, now) is null && FindEarly(outside, remote, now) is null;

    private bool IsInRange(ushort port) => port >= _options.FirstPort && port <= _options.LastPort;

    private HostAddress PublicAddressFor(HostAddress inside)
    {
        int count = _options.PublicAddresses.Count;
        if (count == 1) { return _options.PublicAddresses[0]; }

        if (_options.Pooling == Pooling.Arbitrary) { return _options.PublicAddresses[_random.NextInt(count)]; }

        Span<byte> bytes = stackalloc byte[4];
        inside.Write(bytes);
        return _options.PublicAddresses[(int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) % (uint)count)];
    }

    private int RandomPort() => _options.FirstPort + _random.NextInt(PortCount);

    private ushort Wrap(int port)
    {
        int offset = (port - _options.FirstPort) % PortCount;
        return (ushort)(_options.FirstPort + (offset < 0 ? offset + PortCount : offset));
    }
}
