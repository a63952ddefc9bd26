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

    /// <summary>The name it was given, for transcripts.</summary>
    public string Name { get; }

    /// <summary>Where its uplink leads; null for the Internet.</summary>
    public Node? Parent { get; }

    /// <summary>A host's addresses; empty otherwise.</summary>
    public IReadOnlyList<HostAddress> Addresses { get; internal set; } = [];

    /// <summary>What stands at a router's crossing to its parent; null for hosts and the Internet.</summary>
    public IMiddlebox? Middlebox { get; internal init; }

    /// <summary>Whether packets start and end here.</summary>
    public bool IsHost => Parent is not null && Middlebox is null;

    /// <summary>Whether this is a router, which the Internet's core is not.</summary>
    public bool IsRouter => Middlebox is not null;

    internal Network Network { get; }

    internal Link? Up { get; init; }

    internal Link? Down { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // Where two routers claim an address, it stays with the first.
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

    /// <summary>The child through which an address is reached; null when it is not below this node.</summary>
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
