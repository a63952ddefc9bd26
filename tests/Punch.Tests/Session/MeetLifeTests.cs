using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetLifeTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("full-cone", "full-cone")]
    [InlineData("address-restricted", "port-restricted")]
    [InlineData("port-restricted", "address-restricted")]
    [InlineData("port-restricted", "port-restricted")]
    [InlineData("port-preserving", "linux")]
    [InlineData("linux", "port-preserving")]
    [InlineData("linux", "linux")]
    [InlineData("linux", "firewall")]
    [InlineData("carrier", "linux")]
    [InlineData("symmetric-random", "address-restricted")]
    [InlineData("symmetric-eif", "symmetric-eif")]
    public void A_NAT_that_forgets_everything_costs_less_than_five_seconds(string a, string b)
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            MeetPair pair = Opened(a, b, new MeetPairOptions { Seed = seed });
            pair.Run(TimeSpan.FromMilliseconds(9_000 + (seed * 137)));

            Reboot(pair, pair.SiteA);
            if (seed % 2 == 0) { Reboot(pair, pair.SiteB); }

            ClaimRecovery(pair);
        }
    }

    [Theory]
    [InlineData("port-restricted", "port-restricted")]
    [InlineData("linux", "linux")]
    [InlineData("full-cone", "firewall")]
    public void A_machine_that_changes_its_address_is_reached_again_within_five_seconds(string a, string b)
    {
        MeetPair pair = Opened(a, b, new MeetPairOptions { Seed = 2 });
        pair.Run(TimeSpan.FromSeconds(10));

        pair.Simulator.Schedule(pair.Simulator.Now, now =>
        {
            HostAddress[] addresses = [HostAddress.Parse("192.168.1.77")];
            pair.Simulator.Network.Readdress(pair.SiteA.Host, addresses);
            pair.Session(pair.A).Note(NetworkNotice.HostsChanged([new LocalAddress(addresses[0], 24)]), now);
        });

        ClaimRecovery(pair);
    }

    [Fact]
    public void A_waiting_side_joins_again_after_the_server_forgot_everything()
    {
        var options = new MeetPairOptions { Seed = 3, Gap = TimeSpan.FromSeconds(60) };
        MeetPair pair = MeetPair.Of("port-restricted", "port-restricted", options);
        pair.Run(TimeSpan.FromSeconds(30));

        pair.ServerProcess.Stop();
        pair.ServerProcess.Restart(pair.Simulator.Now + TimeSpan.FromSeconds(5));
        pair.Run(TimeSpan.FromSeconds(30));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(2)), "the joiner, a minute later, finds the one who waits");
    }

    [Fact]
    public void A_server_killed_and_restarted_while_two_look_for_each_other_delays_them_until_they_ask_again()
    {
        // No side hears of the other at first, so that both are in the room when it leaves.
        bool isDeaf = true;
        MeetPair pair = MeetPair.Of("port-restricted", "linux", new MeetPairOptions { Seed = 4, Gap = TimeSpan.Zero, LosesNotice = () => isDeaf });
        pair.Run(TimeSpan.FromMilliseconds(80));
        pair.ServerProcess.Stop();
        isDeaf = false;
        pair.ServerProcess.Restart(pair.Simulator.Now + TimeSpan.FromSeconds(3));
        pair.Run(TimeSpan.FromSeconds(3));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(20)), "both are open a refresh later");
    }

    [Fact]
    public void An_open_path_needs_no_server()
    {
        MeetPair pair = Opened("port-restricted", "port-preserving", new MeetPairOptions { Seed = 5 });
        pair.ServerProcess.Stop();

        pair.Run(TimeSpan.FromMinutes(3));

        pair.Claim(pair.AreOpen, "still open");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Closed) is null, "never closed");
        pair.Claim(pair.A.Events.Count(e => e.Event.Kind == SessionEventKind.ServerSilent) == 1, "told once that the server is silent");
    }

    [Fact]
    public void A_leaving_peer_is_noticed_at_once_and_may_come_back_as_another_process()
    {
        MeetPair pair = Opened("port-restricted", "linux", new MeetPairOptions { Seed = 6 });
        Instant left = pair.Simulator.Now + TimeSpan.FromSeconds(1);
        pair.Simulator.Schedule(left, pair.Session(pair.B).Stop);
        pair.Run(TimeSpan.FromSeconds(2));

        SessionEvent closed = pair.A.Events.Single(e => e.Event.Kind == SessionEventKind.Closed).Event;
        pair.Claim(closed.SilentFor == TimeSpan.Zero, "the goodbye was heard");
        pair.Claim(pair.Session(pair.B).IsEnded && !pair.Session(pair.A).IsEnded, "one waits on");

        pair.B.Restart(pair.Simulator.Now);
        pair.Run(TimeSpan.FromSeconds(2));

        pair.Claim(pair.AreOpen, "open again");
        pair.Claim(pair.A.Events.Count(e => e.Event.IsReopened) == 1, "reopened");
    }

    [Theory]
    [InlineData(5, 0)] // before the server has confirmed the seat
    [InlineData(500, 3)] // after that, and both goodbyes and the first leave are lost
    public void A_leaving_party_frees_its_seat_for_its_next_process(double after, int lost)
    {
        int leaves = 0;
        MeetPair? pair = null;
        var options = new MeetPairOptions { Seed = 13, RoundTrip = TimeSpan.FromMilliseconds(300), Loses = () => pair?.Find(pair.B)?.IsEnded == true && leaves++ < lost };
        pair = MeetPair.Of("port-restricted", "firewall", options);
        pair.Run(options.Gap + TimeSpan.FromMilliseconds(300 + after));
        pair.Simulator.Schedule(pair.Simulator.Now, pair.Session(pair.B).Stop);
        pair.Run(TimeSpan.FromMilliseconds(10));

        pair.B.Restart(pair.Simulator.Now);
        pair.Run(TimeSpan.FromMilliseconds(1));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(8)), "the next process gets in");
    }

    [Fact]
    public void A_seat_is_given_up_from_the_port_that_the_server_knows()
    {
        using var rig = new AgentRig();
        rig.Introduce();
        rig.Answer(rig.Hello(0));
        rig.Advance(5_000);
        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.FreshPort);
        int before = rig.Sent.Count;

        rig.Stop();

        (_, Transmit leave, byte[] bytes) = rig.Sent.Skip(before).First(sent => JoinRequest.IsLikely(sent.Bytes));
        Assert.Equal(JoinReading.Join, JoinRequest.Read(bytes, out _, out JoinRequest request));
        Assert.True(request.IsLeaving);
        Assert.Equal("nonce"u8, request.Nonce);
        Assert.Equal(AgentRig.Local, leave.From);
    }

    [Fact]
    public void A_seat_that_is_given_up_a_moment_later_is_waited_for()
    {
        using var rig = new AgentRig();

        for (int i = 0; i < 2; i++)
        {
            rig.Answer(error: StunErrorCode.Forbidden);
            Assert.False(rig.Session.IsEnded);
            rig.Advance(500);
        }

        rig.Answer();
        rig.Answer(error: StunErrorCode.Forbidden);
        Assert.False(rig.Session.IsEnded);
        Assert.DoesNotContain(rig.Events, e => e.Kind == SessionEventKind.ServerRefused);
        TransportAddress[] mapped = [.. rig.Events.Where(e => e.Kind == SessionEventKind.ServerAnswered).Select(e => e.Mapped)];
        Assert.Equal([AgentRig.Mapped], mapped);
    }

    [Fact]
    public void A_killed_peer_shows_by_its_silence_and_comes_back_when_the_server_has_forgotten_it()
    {
        MeetPair pair = Opened("full-cone", "port-restricted", new MeetPairOptions { Seed = 7 });
        pair.B.Stop();
        pair.Run(TimeSpan.FromSeconds(5.5));
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Closed) is not null, "closed within 5.5 s");

        pair.B.Restart(pair.Simulator.Now + TimeSpan.FromSeconds(60));
        pair.Run(TimeSpan.FromSeconds(60));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(3)), "open again");
    }

    [Fact]
    public void Both_sides_of_a_counted_check_end_with_the_same_verdict()
    {
        MeetPair pair = MeetPair.Of("linux", "carrier", new MeetPairOptions { Seed = 8, Count = 3 });

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(60)));

        foreach (var machine in new[] { pair.A, pair.B })
        {
            PeerSession session = pair.Session(machine);
            pair.Claim(session.IsEnded && session.Verdict == Verdict.TwoWay && session.Outcome.Result == SessionResult.Proven, $"{machine.Host} {session.Outcome}");
            pair.Claim(session.Statistics.Answered >= 1 && session.Statistics.Opens == 1, $"{machine.Host} {session.Statistics}");
        }

        pair.Claim(pair.Session(pair.A).Statistics.Answered >= 3 || pair.Session(pair.B).Statistics.Answered >= 3, "three were answered");
        SessionEventKind[] last = [.. pair.A.Events.TakeLast(2).Select(e => e.Event.Kind)];
        pair.Claim(last is [_, SessionEventKind.Ended], string.Join(", ", last));
    }

    [Fact]
    public void No_peer_comes_until_the_deadline()
    {
        var options = new MeetPairOptions { Seed = 9, Gap = TimeSpan.FromHours(1), AdjustA = o => o with { Deadline = TimeSpan.FromMinutes(5) } };
        MeetPair pair = MeetPair.Of("port-restricted", "open", options);

        pair.Run(TimeSpan.FromMinutes(6));

        pair.Claim(pair.Session(pair.A).Outcome.Result == SessionResult.NobodyCame, $"{pair.Session(pair.A).Outcome}");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Ended) == Instant.At(TimeSpan.FromMinutes(5)), "at the deadline");
        pair.Claim(pair.A.Events.Count(e => e.Event.Kind == SessionEventKind.Waiting) == 1, "told once that it waits");
        pair.Claim(pair.A.SentCount < 40, $"{pair.A.SentCount} datagrams in five minutes");
    }

    [Theory]
    [InlineData(null, 10.0)]
    [InlineData(3.0, 3.0)]
    public void A_server_that_never_answers_is_given_up(double? deadline, double seconds)
    {
        var options = new MeetPairOptions { Seed = 10, Deadline = deadline is { } d ? TimeSpan.FromSeconds(d) : null };
        MeetPair pair = MeetPair.Of("open", "open", options);
        pair.ServerProcess.Restart(Instant.At(TimeSpan.FromHours(1)));
        pair.Simulator.Schedule(Instant.Zero, _ => pair.ServerProcess.Stop());

        pair.Run(TimeSpan.FromSeconds(20));

        pair.Claim(pair.Session(pair.A).Outcome.Result == SessionResult.ServerSilent, $"{pair.Session(pair.A).Outcome}");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Ended) == Instant.At(TimeSpan.FromSeconds(seconds)), "in time");
    }

    [Fact]
    public void A_third_party_is_refused_and_the_two_notice_nothing()
    {
        MeetPair pair = Opened("port-restricted", "open", new MeetPairOptions { Seed = 11 });
        Site site = NatPresets.Open.Attach(pair.Simulator.Network, "c", HostAddress.Parse("198.51.100.9"), pair.Link, 5);
        var third = pair.Start("c", site.Host, MeetPair.LocalA, pair.Simulator.Now);

        pair.Run(TimeSpan.FromSeconds(5));

        SessionOutcome outcome = pair.Session(third).Outcome;
        pair.Claim(pair.Session(third).IsEnded && outcome is { Result: SessionResult.ServerRefused, Refusal: StunErrorCode.Forbidden }, $"{outcome}");
        pair.Claim(pair.AreOpen && pair.A.Events.All(e => e.Event.Kind != SessionEventKind.PeerRejected), "the two notice nothing");
    }

    [Fact]
    public void A_run_repeats_from_its_seed()
    {
        string Transcribe(ulong seed)
        {
            MeetPair pair = MeetPair.Of("linux", "carrier", new MeetPairOptions { Seed = seed, Link = new LinkOptions { Hops = 4, Loss = 0.1 } });
            pair.Run(TimeSpan.FromSeconds(10));
            return pair.Simulator.Transcript.ToString();
        }

        Assert.Equal(Transcribe(21), Transcribe(21));
        Assert.NotEqual(Transcribe(21), Transcribe(22));
    }

    [Fact]
    public void A_machine_that_slept_tries_again_at_once_when_it_wakes()
    {
        using var rig = new AgentRig();
        rig.Introduce();
        rig.AnswerProbe(AgentRig.PeerSeen, rig.TokensSentTo(AgentRig.PeerSeen)[^1]);
        rig.Advance(100);

        rig.Sleep(TimeSpan.FromHours(2));

        int before = rig.Sent.Count;
        rig.Advance(1);
        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.Closed);
        Assert.Contains(rig.Sent.Skip(before), sent => sent.Transmit.To == AgentRig.Server);
        Assert.False(rig.Session.IsEnded);
    }

    [Theory]
    [InlineData("open", Dependence.EndpointIndependent, true)]
    [InlineData("firewall", Dependence.EndpointIndependent, true)]
    [InlineData("port-restricted", Dependence.EndpointIndependent, false)]
    [InlineData("linux", Dependence.EndpointIndependent, false)]
    [InlineData("carrier", Dependence.EndpointIndependent, false)]
    [InlineData("adm", Dependence.Dependent, false)]
    [InlineData("symmetric-eif", Dependence.Dependent, false)]
    [InlineData("symmetric-random", Dependence.Dependent, false)]
    public void Both_sides_end_with_what_is_known_of_either_NAT(string a, Dependence mapping, bool hasNoNat)
    {
        MeetPair pair = MeetPair.Of(a, "symmetric-sequential", new MeetPairOptions { Seed = 12, Deadline = TimeSpan.FromSeconds(10) });
        pair.Run(TimeSpan.FromSeconds(13));

        HelloTraits expected = new(mapping, Dependence.Unknown, hasNoNat);
        HelloTraits other = new(Dependence.Dependent, Dependence.Unknown, HasNoNat: false);
        SessionOutcome outcomeA = pair.Session(pair.A).Outcome;
        SessionOutcome outcomeB = pair.Session(pair.B).Outcome;
        pair.Claim(outcomeA.Own == expected && outcomeB.Own == other, $"own: {outcomeA} {outcomeB}");
        if (outcomeA.Result == SessionResult.NoPath) { pair.Claim(outcomeA.Peer == other && outcomeB.Peer == expected, $"the peer's: {outcomeA} {outcomeB}"); }
    }

    private static MeetPair Opened(string a, string b, MeetPairOptions options)
    {
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Run(options.Gap);
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "both are open");
        return pair;
    }

    private static void Reboot(MeetPair pair, Site site)
    {
        for (Node? node = site.Router; node is not null; node = node.Parent)
        {
            if (node.Middlebox is Nat nat) { nat.Reboot(pair.Simulator.Now); }
        }
    }

    /// <summary>
    /// Claims that the path is open and healthy: both hear the other's messages, and nothing is suspected for ten seconds.
    /// </summary>
    private static void ClaimRecovery(MeetPair pair)
    {
        pair.Run(Recovery);
        pair.Claim(pair.AreOpen, "open within five seconds");
        Instant since = pair.Simulator.Now;

        pair.Run(TimeSpan.FromSeconds(10));

        foreach (var machine in new[] { pair.A, pair.B })
        {
            pair.Claim(MeetPair.When(machine, SessionEventKind.Received, since) is not null, $"{machine.Host} hears the other");
            pair.Claim(MeetPair.When(machine, SessionEventKind.Suspected, since) is null, $"{machine.Host} doubts nothing");
            pair.Claim(MeetPair.When(machine, SessionEventKind.Closed, since) is null, $"{machine.Host} stays open");
        }
    }
}
