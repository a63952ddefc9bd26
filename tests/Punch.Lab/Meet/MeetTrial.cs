using System.Text.Json;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>A pair that meets and leaves again, under one condition: A waits, B joins.</summary>
internal sealed record MeetTrial(Cell Cell)
{
    /// <summary>How much earlier A starts than B; negative if B is first and A joins.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The share of packets lost in each direction, 0 to 1.</summary>
    public double Loss { get; init; }

    public MeetServer Server { get; init; } = MeetServer.TwoAddresses;

    /// <summary>Whether both sides insist on a direct path.</summary>
    public bool WantsDirect { get; init; }

    /// <summary>The time from the later start until both give up.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    public bool IsDirect => MeetMatrix.IsDirect(Cell) || (WantsDirect && MeetMatrix.IsDirectOverTcp(Cell));

    /// <summary>Whether the pair has a path, directly or over the relay of the server.</summary>
    public bool HasPath => IsDirect || (Server.Relays && !WantsDirect);

    public string Name =>
        $"{Cell.Name}, {StartGap.Text(Gap)}, loss {Loss:P0}, server with {Server.Name}{(WantsDirect ? ", --direct" : "")}";

    /// <summary>Runs both sides to their ends.</summary>
    public MeetResult Run(ulong seed)
    {
        using var lab = new MeetLab(Server, seed);
        LabHost a = lab.Add(Cell.A, Loss);
        LabHost b = lab.Add(Cell.B);
        lab.Open();
        LabCommand command = MeetPeer.OnceWithin(Server, MeetCode.Draw(seed), Deadline + Gap.Duration());
        if (WantsDirect) { command = command.With("--direct"); }

        bool isBFirst = Gap < TimeSpan.Zero;
        (LabCommand commandA, LabCommand commandB) = (lab.CommandOf(Cell.A, command), lab.CommandOf(Cell.B, command));
        MeetPeer[] peers = lab.StartAll((a, commandA, isBFirst ? -Gap : TimeSpan.Zero), (b, commandB, isBFirst ? TimeSpan.Zero : Gap));
        foreach (MeetPeer peer in peers) { peer.Process.WaitForExit(Deadline + Gap.Duration() + Slack); }

        return Judge(lab, peers, seed);
    }

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private MeetResult Judge(MeetLab lab, MeetPeer[] peers, ulong seed)
    {
        string[] problems = [.. peers.SelectMany(ProblemsOf), .. peers.Zip([Cell.A, Cell.B], WayProblemOf).OfType<string>()];
        string transcript = lab.Transcript($"{Name}, seed {seed}");
        double waited = lab.LongestProcessorWait.TotalMilliseconds;
        string? failure = problems.Length == 0
            ? null
            : $"{string.Join('\n', problems)}\na process waited {waited:F0} ms in all for a processor\n{transcript}";
        bool areBothOpen = peers.All(peer => peer.ExitCode == 0 && peer.OpenedAt is not null);
        (MeetPeer waiter, MeetPeer joiner) = Gap < TimeSpan.Zero ? (peers[1], peers[0]) : (peers[0], peers[1]);
        Instant start = joiner.Process.StartedAt;
        return new MeetResult(areBothOpen, joiner.OpenedAt - start, waiter.OpenedAt - start, joiner.OwnTime, failure, transcript)
        {
            BothGone = Later(joiner.Process.ExitedAt, waiter.Process.ExitedAt) - start,
            ProcessorWait = lab.LongestProcessorWait,
        };
    }

    /// <summary>The way to the server must be the one that the network leaves, or the cell would prove nothing.</summary>
    private static string? WayProblemOf(MeetPeer peer, HostKind kind)
    {
        if (peer.FirstEvent("server") is not { } server) { return $"{peer.Name} did not reach the server"; }

        // On a busy machine the next way may answer first.
        bool isUdp = server.GetProperty("transport").GetString() == "udp";
        bool isProxied = server.TryGetProperty("proxy", out var proxy) && proxy.ValueKind != JsonValueKind.Null;
        bool is443 = server.GetProperty("server").GetString()!.EndsWith(":443", StringComparison.Ordinal);
        bool isRight = kind.Outlet switch
        {
            Outlet.Everything => isUdp,
            Outlet.NoUdp => !isUdp && !isProxied,
            Outlet.Only443 => !isUdp && !isProxied && is443,
            _ => !isUdp && isProxied,
        };
        return isRight ? null : $"{peer.Name} reached the server in a way that its network does not leave: {server}";
    }

    private static Instant? Later(Instant? one, Instant? other) => one > other ? one : other;

    private IEnumerable<string> ProblemsOf(MeetPeer peer)
    {
        int expected = HasPath ? 0 : Server.Relays ? 5 : 1;
        if (peer.ExitCode != expected) { yield return $"{peer.Name} ended with {peer.ExitCode?.ToString() ?? "nothing"}, not {expected}"; }

        if (HasPath != peer.OpenedAt is not null) { yield return $"{peer.Name} {(HasPath ? "told of no path" : "told of a path")}"; }

        string way = IsDirect ? "direct" : "relay";
        if (peer.Events("open").Any(open => open.GetProperty("via").GetString() != way)) { yield return $"{peer.Name} had a path that is not {way}"; }

        if (!peer.HasSummary) { yield return $"{peer.Name} ended without a summary"; }

        if (!HasPath && !peer.Process.Errors.Any(line => line.Text.StartsWith("punch: error: ", StringComparison.Ordinal)))
        {
            yield return $"{peer.Name} did not say why";
        }
    }
}

/// <summary>The result of a pair.</summary>
/// <param name="AreBothOpen">Whether both proved the path and ended with success.</param>
/// <param name="Joiner">The time from the joiner's start to its proof, including the start of the program.</param>
/// <param name="Waiter">The time from the joiner's start to the waiting side's proof.</param>
/// <param name="JoinerOwn">The joiner's time by its own clock.</param>
/// <param name="Failure">The faults and the transcript; null if everything is right.</param>
/// <param name="Transcript">Everything that happened.</param>
internal sealed record MeetResult(
    bool AreBothOpen, TimeSpan? Joiner, TimeSpan? Waiter, TimeSpan? JoinerOwn, string? Failure, string Transcript)
{
    /// <summary>The time from the joiner's start until both processes have ended.</summary>
    public TimeSpan? BothGone { get; init; }

    /// <summary>The longest time that one of the processes waited for a processor.</summary>
    public TimeSpan ProcessorWait { get; init; }
}
