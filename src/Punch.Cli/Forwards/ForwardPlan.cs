using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>The forwards of a session, and what the other side may ask for.</summary>
internal sealed record ForwardPlan
{
    /// <summary>Ports that listen here; their connections are made over there.</summary>
    public IReadOnlyList<ForwardSpec> Locals { get; init; } = [];

    /// <summary>Ports that listen over there; their connections are made here.</summary>
    public IReadOnlyList<ForwardSpec> Remotes { get; init; } = [];

    /// <summary>SOCKS proxies that listen here; their connections are made over there.</summary>
    public IReadOnlyList<OpenRequest> Proxies { get; init; } = [];

    /// <summary>The one connection that standard input and output are joined to; null for none.</summary>
    public OpenRequest? Stdio { get; init; }

    /// <summary>What the other side may ask for.</summary>
    public required AllowList Allowed { get; init; }

    /// <summary>What the command of the other side needs for it.</summary>
    public required string PeerWords { get; init; }

    /// <summary>Whether the first connection that ends is the last one.</summary>
    public bool IsOnce { get; init; }

    /// <summary>The most connections at a time.</summary>
    public int MostConnections { get; init; }

    /// <summary>Whether it goes on with the next peer when one has left.</summary>
    public bool Stays => Stdio is null && !IsOnce;
}
