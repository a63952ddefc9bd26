using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Cli.Nat;

/// <summary>Shows a discovery to people, or to programs. Called on one thread, in the order of these members.</summary>
internal interface INatPresenter
{
    /// <summary>The first requests are about to go out.</summary>
    void Begin(IReadOnlyList<TransportAddress> servers);

    /// <summary>An event of the discovery.</summary>
    void Event(in DiscoveryEvent e);

    /// <summary>The discovery is over. Also called without <see cref="Begin"/> if it could not start.</summary>
    void End(NatEnd end);
}

/// <summary>The end of a discovery.</summary>
internal sealed record NatEnd
{
    /// <summary>The exit code of the process.</summary>
    public required ExitCode Exit { get; init; }

    /// <summary>The findings; null if it could not start.</summary>
    public NatReport? Report { get; init; }

    /// <summary>What a server says of TCP; null if it was not asked.</summary>
    public TcpReport? Tcp { get; init; }

    /// <summary>The ways to the server besides UDP; empty if UDP passes.</summary>
    public IReadOnlyList<NatWay> Ways { get; init; } = [];

    /// <summary>The proxy that the environment names; null for none.</summary>
    public string? Proxy { get; init; }

    /// <summary>The failure; null if there is none.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>A way to the server besides UDP.</summary>
/// <param name="Text">Its name for people.</param>
/// <param name="Url">Its name as <c>--via</c> takes it.</param>
/// <param name="Proxy">The proxy that it goes through; null for none.</param>
/// <param name="Failure">Why the server did not answer; null if it did.</param>
internal sealed record NatWay(string Text, string Url, string? Proxy, string? Failure);
