using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// A network in memory that carries UDP packets over IPv4 and IPv6. It is a tree: the Internet's core is the root, routers have a middlebox
/// towards their parent, and hosts are the leaves. A packet climbs to the first node that has its destination below, and descends from
/// there. It has no clock: <see cref="Send"/> puts packets in, <see cref="TryDeliver"/> takes out what is due, and both virtual and real
/// time work. Same seed, same calls: same deliveries. One caller at a time.
/// </summary>
public sealed class Network
{
    /// <summary>The most packets on their way at a time. More are dropped with <see cref="DropReason.QueueFull"/>.</summary>
    public const int MaxInFlight = 32_768;

    private readonly ArrivalQueue _arrivals = new();
    private readonly FlightPool _flights = new();
    private Flight? _delivered;
    private SplitMix64 _seeds;
    private long _packetId;

    /// <summary>Creates a network that is only the Internet's core.</summary>
    public Network(ulong seed)
    {
        _seeds = new SplitMix64(seed);
        Internet = new Node("internet", null, this);
    }

    /// <summary>The core, with public addresses. A packet to a private destination ends here.</summary>
    public Node Internet { get; }

    /// <summary>Receives each step as it happens; null saves the work. The bytes of a step's packet are valid during the call.</summary>
    public Action<NetworkStep>? Observer { get; set; }

    /// <summary>
    /// When <see cref="TryDeliver"/> has something to do next, even if only at a router; null if no packet is on its way.
    /// </summary>
    public Instant? NextTimeout => _arrivals.Next;

    /// <summary>Adds a router with a middlebox at its crossing to <paramref name="parent"/>.</summary>
    /// <exception cref="ArgumentException">The parent is a host or belongs to another network.</exception>
    public Node AddRouter(string name, Node parent, IMiddlebox middlebox, LinkOptions uplink)
    {
        ThrowUnlessParent(parent);
        uplink.Validate();
        var router = new Node(name, parent, this)
        {
            Middlebox = middlebox,
            Up = new Link(uplink, _seeds.Next()),
            Down = new Link(uplink, _seeds.Next()),
        };
        parent.AddRouter(router);
        return router;
    }

    /// <summary>Adds a host. Routers that hide nothing (a firewall) announce its addresses to their parent; a NAT does not.</summary>
    /// <exception cref="ArgumentException">The parent is a host or belongs to another network, or an address is taken there.</exception>
    public Node AddHost(string name, Node parent, IReadOnlyList<HostAddress> addresses, LinkOptions uplink)
    {
        ThrowUnlessParent(parent);
        uplink.Validate();
        var host = new Node(name, parent, this)
        {
            Addresses = [.. addresses],
            Up = new Link(uplink, _seeds.Next()),
            Down = new Link(uplink, _seeds.Next()),
        };
        foreach (HostAddress address in host.Addresses) { Announce(address, host); }

        return host;
    }

    /// <summary>Gives a host other addresses, as when a laptop changes its network. The old ones are gone.</summary>
    /// <exception cref="ArgumentException"><paramref name="host"/> is not a host of this network, or an address is taken there.</exception>
    public void Readdress(Node host, IReadOnlyList<HostAddress> addresses)
    {
        if (!host.IsHost || host.Network != this) { throw new ArgumentException($"{host.Name} is not a host of this network"); }

        foreach (HostAddress address in host.Addresses)
        {
            for (Node child = host; child.Parent is { } parent; child = parent) { parent.RemoveRoute(address, child); }
        }

        host.Addresses = [.. addresses];
        foreach (HostAddress address in host.Addresses) { Announce(address, host); }
    }

    /// <summary>
    /// Changes the uplink of a router or host, as when a line gets slower or its MTU smaller. Packets on their way are not affected.
    /// </summary>
    /// <param name="node">A router or host of this network.</param>
    /// <param name="up">The direction to its parent.</param>
    /// <param name="down">The direction from its parent; null for the same as <paramref name="up"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="node"/> has no uplink here.</exception>
    public void Relink(Node node, LinkOptions up, LinkOptions? down = null)
    {
        if (node.Parent is null || node.Network != this) { throw new ArgumentException($"{node.Name} has no uplink in this network"); }

        up.Validate();
        down?.Validate();
        node.Up!.Change(up);
        node.Down!.Change(down ?? up);
    }

    /// <summary>Sends a packet from a host. The network copies the payload. The source is not checked: a host may forge it.</summary>
    /// <exception cref="ArgumentException"><paramref name="host"/> is not a host of this network.</exception>
    public void Send(Node host, in Packet packet, Instant now)
    {
        if (!host.IsHost || host.Network != this) { throw new ArgumentException($"{host.Name} is not a host of this network"); }

        Flight flight = _flights.Take();
        Packet sent = packet with { Payload = flight.Begin(++_packetId, packet.Payload.Span) };
        Report(now, host, StepKind.Sent, flight, sent);
        if (sent.Destination.Host.IsLoopback || host.HasAddress(sent.Destination.Host))
        {
            Enqueue(new Arrival(host, host, Way.Local, flight, sent), now);
            return;
        }

        Transfer(host, host.Parent!, host.Up!, Way.Up, flight, sent, now);
    }

    /// <summary>
    /// Moves packets up to <paramref name="now"/> and takes the next one that reached a host, in order of time; false if there is none. The
    /// payload is valid until the next call.
    /// </summary>
    public bool TryDeliver(Instant now, out Delivery delivery)
    {
        if (_delivered is not null) { _flights.Release(_delivered); }

        _delivered = null;
        while (_arrivals.TryTake(now, out Arrival arrival, out Instant at))
        {
            if (Arrive(arrival, at) is not { } packet) { continue; }

            _delivered = arrival.Flight;
            delivery = new Delivery(arrival.At, packet, at);
            return true;
        }

        delivery = default;
        return false;
    }

    private void ThrowUnlessParent(Node parent)
    {
        if (parent.IsHost || parent.Network != this) { throw new ArgumentException($"{parent.Name} is not a router of this network"); }
    }

    private static void Announce(HostAddress address, Node host)
    {
        for (Node child = host; child.Parent is { } parent; child = parent)
        {
            parent.AddRoute(address, child);
            if (parent.Middlebox?.Hides(address) == true) { return; }
        }
    }

    /// <summary>Returns the packet if it reached its host.</summary>
    private Packet? Arrive(in Arrival arrival, Instant now)
    {
        Packet packet = arrival.Packet;
        if (arrival.Way == Way.Up)
        {
            Climb(arrival, now);
            return null;
        }

        if (arrival.Way == Way.Down && !TryPay(arrival.At, arrival.At.Down!, arrival.Flight, ref packet, now)) { return null; }

        if (arrival.At.IsRouter)
        {
            Enter(arrival.At, arrival.Flight, packet, now);
            return null;
        }

        Report(now, arrival.At, StepKind.Delivered, arrival.Flight, packet);
        return packet;
    }

    private void Climb(in Arrival arrival, Instant now)
    {
        Node at = arrival.At;
        Packet packet = arrival.Packet;
        Node? next = at.FindChild(packet.Destination.Host);
        bool isSwitched = arrival.From.IsHost && at.IsRouter && next is { IsHost: true };
        if (!isSwitched && !TryPay(at, arrival.From.Up!, arrival.Flight, ref packet, now)) { return; }

        if (at.IsRouter && next is null)
        {
            Leave(at, arrival.Flight, packet, now);
            return;
        }

        if (at.IsRouter || packet.Destination.Host.IsPublic())
        {
            Descend(at, next, isSwitched ? Way.Local : Way.Down, arrival.Flight, packet, now);
            return;
        }

        Drop(at, arrival.Flight, packet, DropReason.PrivateDestination, now);
    }

    /// <summary>Crosses a router outwards, or outwards and inwards again if the NAT hairpins.</summary>
    private void Leave(Node router, Flight flight, in Packet packet, Instant now)
    {
        Passage passage = router.Middlebox!.Outbound(packet, now);
        if (!TryPass(router, StepKind.Outbound, flight, packet, passage, now)) { return; }

        if (router.Middlebox.OutsideAddresses.Contains(passage.Packet.Destination.Host))
        {
            Enter(router, flight, passage.Packet, now);
            return;
        }

        Transfer(router, router.Parent!, router.Up!, Way.Up, flight, passage.Packet, now);
    }

    private void Enter(Node router, Flight flight, in Packet packet, Instant now)
    {
        Passage passage = router.Middlebox!.Inbound(packet, now);
        if (!TryPass(router, StepKind.Inbound, flight, packet, passage, now)) { return; }

        Descend(router, router.FindChild(passage.Packet.Destination.Host), Way.Down, flight, passage.Packet, now);
    }

    private void Descend(Node at, Node? child, Way way, Flight flight, in Packet packet, Instant now)
    {
        if (child is null)
        {
            Drop(at, flight, packet, DropReason.NoRoute, now);
            return;
        }

        Transfer(at, child, child.Down!, way, flight, packet, now);
    }

    private void Transfer(Node from, Node to, Link link, Way way, Flight flight, in Packet packet, Instant now)
    {
        DropReason reason = link.Take(packet, isFirst: from.IsHost && way == Way.Up, now, out Instant left);
        if (reason != DropReason.None)
        {
            Drop(from, flight, packet, reason, now);
            return;
        }

        var arrival = new Arrival(to, from, way, flight, packet);
        if (link.Duplicates())
        {
            Report(now, from, StepKind.Duplicated, flight, packet);
            flight.Copies++;
            Enqueue(arrival, left + link.NextDelay(isHeldBack: false));
        }

        bool isHeldBack = link.HoldsBack();
        if (isHeldBack) { Report(now, from, StepKind.HeldBack, flight, packet); }

        Enqueue(arrival, left + link.NextDelay(isHeldBack));
    }

    private void Enqueue(in Arrival arrival, Instant at)
    {
        if (_arrivals.Count >= MaxInFlight)
        {
            Drop(arrival.From, arrival.Flight, arrival.Packet, DropReason.QueueFull, at);
            return;
        }

        _arrivals.Add(arrival, at);
    }

    // The routers of a link take their share of the hop limit. The router that takes the last hop drops the packet.
    private bool TryPay(Node at, Link link, Flight flight, ref Packet packet, Instant now)
    {
        if (packet.HopLimit <= link.Hops && link.Hops > 0)
        {
            Drop(at, flight, packet, DropReason.HopLimitExceeded, now);
            return false;
        }

        packet = packet with { HopLimit = (byte)(packet.HopLimit - link.Hops) };
        return true;
    }

    private bool TryPass(Node router, StepKind kind, Flight flight, in Packet packet, in Passage passage, Instant now)
    {
        (StepKind shown, Packet after) = passage.IsPassed ? (kind, passage.Packet) : (StepKind.Dropped, packet);
        Observer?.Invoke(new NetworkStep(now, router, shown, flight.Id, packet, after, passage.Reason, passage.Change));
        if (!passage.IsPassed) { _flights.Release(flight); }

        return passage.IsPassed;
    }

    private void Drop(Node at, Flight flight, in Packet packet, DropReason reason, Instant now)
    {
        Observer?.Invoke(new NetworkStep(now, at, StepKind.Dropped, flight.Id, packet, packet, reason, StateChange.None));
        _flights.Release(flight);
    }

    private void Report(Instant now, Node at, StepKind kind, Flight flight, in Packet packet) =>
        Observer?.Invoke(new NetworkStep(now, at, kind, flight.Id, packet, packet, DropReason.None, StateChange.None));
}
