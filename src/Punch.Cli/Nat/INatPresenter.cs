using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Cli.Nat;

/// <summary>Tells a discovery's story: for people, or for programs. Called on one thread, in the order of these members.</summary>
internal interface INatPresenter
{
    /// <summary>The first requests are about to go out.</summary>
    void Begin(IReadOnlyList<TransportAddress> servers);

    /// <summary>Something happened.</summary>
    void Event(in DiscoveryEvent e);

    /// <summary>It is over; also without <see cref="Begin"/>, when it could not start.</summary>
    void End(NatEnd end);
}

/// <summary>How a discovery ended.</summary>
internal sealed record NatEnd
{
    /// <summary>How the process ends.</summary>
    public required ExitCode Exit { get; init; }

    /// <summary>What was found; null when it could not start.</summary>
    public NatReport? Report { get; init; }

    /// <summary>What went wrong, if something did.</summary>
    public Failure? Failure { get; init; }
}
