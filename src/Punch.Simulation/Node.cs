using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A place in a <see cref="Network"/>: the Internet's core, a router, or a host.</summary>
public sealed class Node
{
    private readonly Dictionary<HostAddress, Node> _routes = [];
    private readonly Dictionary<HostAddress, Node> _owners = [];

    internal Node(string name, Node? parent, Network network)
    {
        Name = name;
        Parent = parent;
        Network = network;
    }

    /// <summary>Its name, for transcripts.</summary>
    public string Name { get; }

    /// <summary>The node at the other end of its uplink; null for the Internet.</summary>
    public Node? Parent { get; }

    /// <summary>The addresses of a host; empty otherwise.</summary>
    public IReadOnlyList<HostAddress> Addresses { get; internal set; } = [];

    /// <summary>The middlebox between a router and its parent; null for hosts and the Internet.</summary>
    public IMiddlebox? Middlebox { get; internal init; }

    /// <summary>Whether packets start and end here.</summary>
    public bool IsHost => Parent is not null && Middlebox is null;

    /// <summary>Whether this is a router. The Internet's core is not.</summary>
    public bool IsRouter => Middlebox is not null;

    internal Network Network { get; }

    internal Link? Up { get; init; }

    internal Link? Down { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // If two routers claim an address, the first keeps it.
    internal void AddRouter(Node router)
    {
        foreach (HostAddress address in router.Middlebox!.OutsideAddresses) { _owners.TryAdd(address, router); }
    }

    internal void AddRoute(HostAddress address, Node child)
    {
        if (!_routes.TryAdd(address, child)) { throw new ArgumentException($"{address} is there twice behind {Name}"); }
    }

    internal void RemoveRoute(HostAddress address, Node child)
    {
        if (_routes.GetValueOrDefault(address) == child) { _routes.Remove(address); }
    }

    /// <summary>The child below which an address is; null if it is not below this node.</summary>
    internal Node? FindChild(HostAddress address) =>
        _routes.TryGetValue(address, out Node? child) ? child : _owners.GetValueOrDefault(address);

    internal bool HasAddress(HostAddress address)
    {
        for (int i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i] == address) { return true; }
        }

        return false;
    }
}
