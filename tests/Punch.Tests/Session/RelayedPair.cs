using Punch.Simulation;

namespace Punch.Tests.Session;

/// <summary>What is said of a pair that a server may relay, whichever server it is.</summary>
internal static class RelayedPair
{
    /// <summary>Whether both sides have a direct path.</summary>
    public static bool IsDirect(this MeetPair pair) =>
        new[] { pair.A, pair.B }.All(side => pair.Session(side).Path is { Via: Punch.Protocol.Paths.Via.Socket });

    /// <summary>Whether a side ever had a relayed path.</summary>
    public static bool WasRelayed(this SimulatedMachine<SessionEvent> side) => side.Events.Any(e => e.Event.IsRelayed);

    /// <summary>Whether a side ever tried a way by the server.</summary>
    public static bool TriesRelay(this SimulatedMachine<SessionEvent> side) =>
        side.Events.Any(e => e.Event.Kind == SessionEventKind.Trying && e.Event.Remote == MeetPair.Server);

    /// <summary>Whether a side heard something that its peer sent after this instant.</summary>
    public static bool HeardSince(this MeetPair pair, SimulatedMachine<SessionEvent> side, Instant since) =>
        side.Events.Any(e => e.At > since + pair.Options.RoundTrip && e.Event.Kind == SessionEventKind.Received);

    /// <summary>Claims that a relay takes over within a second when the direct path dies, and gives it back when it lives again.</summary>
    /// <param name="pair">A pair whose sides send a message each 100 ms.</param>
    /// <param name="block">Kills the direct path, or lets it live again.</param>
    public static void ClaimTakeover(this MeetPair pair, Action<bool> block)
    {
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)) && pair.IsDirect(), "open directly");
        pair.Run(TimeSpan.FromSeconds(2));
        block(true);
        Instant at = pair.Simulator.Now;

        bool isBack = pair.Simulator.RunUntil(
            () => pair.HeardSince(pair.A, at) && pair.HeardSince(pair.B, at), at + TimeSpan.FromSeconds(10));

        pair.Claim(isBack, "both hear each other again");
        TimeSpan pause = pair.Simulator.Now - at;
        pair.Claim(pause <= TimeSpan.FromSeconds(1), $"within a second: {pause}");
        pair.Claim(pair.A.WasRelayed() && pair.B.WasRelayed(), "over a relay");
        block(false);
        pair.Claim(pair.Simulator.RunUntil(pair.IsDirect, pair.Simulator.Now + TimeSpan.FromSeconds(62)), "direct again");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Closed) is null, "the conversation went on");
    }
}
