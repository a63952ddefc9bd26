using Punch.Simulation;
using Punch.Tests.Session;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

/// <summary>
/// Probes and their replies are frames of the path, not datagrams of the session: a meeting shows none of them as an empty punch.
/// </summary>
public sealed class SealedTrafficTests
{
    private readonly SessionScript[] _scripts = [MeetText(options => options with { Verbosity = 1 }).Begin(), MeetJson().Begin()];
    private bool _isCut;

    [Theory]
    [InlineData("port-restricted", "port-restricted")]
    [InlineData("port-restricted", "open")]
    [InlineData("symmetric-random", "address-restricted")]
    public void A_meeting_prints_no_empty_punch_through_repeated_checks_a_moved_port_and_its_end(string a, string b)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            MeetPair pair = MeetPair.Of(a, b, new MeetPairOptions { Seed = seed, Loses = () => _isCut });
            pair.OnEvent = (machine, e) => Print(e, pair.Session(machine).Payload);
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "open at first");
            pair.Run(TimeSpan.FromSeconds(10));

            RepeatChecks(pair);
            MovePort(pair);
            ReceiveNothing(pair);
            pair.Simulator.Schedule(pair.Simulator.Now, pair.Session(pair.A).Stop);
            pair.Run(TimeSpan.FromSeconds(1));

            pair.Claim(pair.Session(pair.A).IsEnded, "A has left");
        }

        Assert.All(_scripts, script => Assert.Contains(script.Output.Lines, IsOfTraffic));
        Assert.All(_scripts, script => Assert.DoesNotContain(script.Output.Lines, IsOfPunch));
    }

    [Fact]
    public void An_empty_punch_would_be_seen()
    {
        Print(Sent(1, DatagramKind.Punch), default);
        Print(Received(2, DatagramKind.Punch, ""), default);

        Assert.All(_scripts, script => Assert.Equal(2, script.Output.Lines.Count(IsOfPunch)));
    }

    private static bool IsOfTraffic(string line) =>
        line.StartsWith("Sent to ", StringComparison.Ordinal) || line.Contains("\"event\":\"sent\"", StringComparison.Ordinal);

    private static bool IsOfPunch(string line) =>
        line.Contains("empty punch", StringComparison.Ordinal) || line.Contains("\"kind\":\"punch\"", StringComparison.Ordinal);

    /// <summary>A path is suspected after its check was repeated without a reply.</summary>
    private void RepeatChecks(MeetPair pair)
    {
        Instant since = pair.Simulator.Now;
        _isCut = true;
        bool isSuspected = pair.Simulator.RunUntil(
            () => MeetPair.When(pair.A, SessionEventKind.Suspected, since) is not null, since + TimeSpan.FromSeconds(10));
        _isCut = false;
        pair.Claim(isSuspected, "suspected");
        pair.Run(TimeSpan.FromSeconds(10));
        pair.Claim(pair.AreOpen, "open after the silence");
    }

    private static void MovePort(MeetPair pair)
    {
        ushort before = pair.Session(pair.B).Path!.Value.Remote.Port;
        pair.Simulator.Schedule(pair.Simulator.Now, now => ((Nat)pair.SiteA.Router.Middlebox!).Reboot(now));
        pair.Run(TimeSpan.FromSeconds(15));
        pair.Claim(pair.AreOpen && pair.Session(pair.B).Path!.Value.Remote.Port != before, "open at another port");
    }

    /// <summary>Receives empty datagrams along the path, as any host can send them.</summary>
    private static void ReceiveNothing(MeetPair pair)
    {
        PeerSession session = pair.Session(pair.A);
        Route path = session.Path!.Value;
        pair.Simulator.Schedule(pair.Simulator.Now, now => session.Receive(new Datagram(path.Remote, path.Local, []), now));
        pair.Run(TimeSpan.FromSeconds(1));
        pair.Claim(pair.AreOpen, "open all the same");
    }

    private void Print(SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        foreach (SessionScript script in _scripts) { script.Event(e, datagram); }
    }
}
