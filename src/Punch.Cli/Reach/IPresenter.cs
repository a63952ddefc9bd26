using Punch.Cli.HandOver;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>Tells a session's story: for people, or for programs. Called on one thread, in the order of these members.</summary>
internal interface IPresenter
{
    /// <summary>The sockets are bound and the first datagram is about to go out.</summary>
    void Begin(SessionStart start);

    /// <summary>Something happened.</summary>
    /// <param name="e">What.</param>
    /// <param name="datagram">The payload of a received datagram; valid during the call only.</param>
    void Event(in PeerEvent e, ReadOnlySpan<byte> datagram);

    /// <summary>Time passes and nothing was heard.</summary>
    void Advise(string hint);

    /// <summary>It is over; also without <see cref="Begin"/>, when it could not start.</summary>
    void End(SessionEnd end);
}

/// <summary>What is known when a session begins.</summary>
internal sealed record SessionStart
{
    /// <summary>The remote host as it was typed.</summary>
    public required string Host { get; init; }

    /// <summary>The addresses that are tried.</summary>
    public required IReadOnlyList<TransportAddress> Remotes { get; init; }

    /// <summary>The bound addresses, one per family.</summary>
    public required IReadOnlyList<TransportAddress> Locals { get; init; }

    /// <summary>The session's id on the wire.</summary>
    public required ulong Id { get; init; }

    /// <summary>The wall-clock time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What a path to an address is, for people; null where there is nothing to tell.</summary>
    public Func<TransportAddress, string>? PathWords { get; init; }

    /// <summary>The same for programs.</summary>
    public Func<TransportAddress, string>? PathName { get; init; }
}

/// <summary>What is known when a session is over.</summary>
internal sealed record SessionEnd
{
    /// <summary>The process's exit code.</summary>
    public required ExitCode Exit { get; init; }

    /// <summary>What was shown.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>What was counted.</summary>
    public PeerStatistics Statistics { get; init; } = new();

    /// <summary>The far end of the path that was open last; null when none was.</summary>
    public TransportAddress? Path { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>To whom the path is handed now; null for nobody.</summary>
    public HandOverPath? HandOver { get; init; }

    /// <summary>Why it did not do what was asked; null when it did, or was interrupted.</summary>
    public Failure? Failure { get; init; }
}
