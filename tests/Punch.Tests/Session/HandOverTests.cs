using Xunit;
using static Punch.Tests.Session.SessionRig;

namespace Punch.Tests.Session;

/// <summary>
/// A session that hands its path to another program. It ends with both proofs, and leaves no datagram of punch under way.
/// </summary>
public sealed class HandOverTests
{
    private readonly SessionRig _rig = new(o => o with { Use = PathUse.HandOver });

    [Fact]
    public void It_sends_its_farewell_with_its_proof_and_stays_until_the_peer_has_sent_its_own()
    {
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1)));
        var words = _rig.ReceiveProof(2);

        Assert.Contains(words, word => word.Text.Contains(" bye=1"));
        Assert.False(_rig.Session.IsEnded);
        _rig.ReceiveProof(3, trailing: " bye=1");
        Assert.False(_rig.Session.IsEnded);
        _rig.Advance(10);

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(SessionRig.Peer, _rig.Session.Path?.Remote);
    }

    [Fact]
    public void Once_both_have_said_it_nothing_more_is_sent()
    {
        _rig.Advance(100);
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1, (Id, 1))));
        _rig.ReceiveProof(2, trailing: " bye=1");
        int before = _rig.Sent.Count;

        _rig.ReceiveProof(3);
        _rig.ReceiveProof(4, trailing: " bye=1");
        _rig.Advance(1000);

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(before, _rig.Sent.Count);
    }

    [Fact]
    public void A_peer_that_missed_the_farewell_gets_it_again()
    {
        _rig.Advance(100);
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1, (Id, 1))));
        uint before = _rig.LastSequence;

        var words = _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 2, (Id, 1), " bye=1")));
        var more = _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 3, (Id, 1), " bye=1")));

        Assert.Contains(" bye=1", Assert.Single(words).Text);
        Assert.Contains(" bye=1", Assert.Single(more).Text);
        Assert.Equal(before + 2, _rig.LastSequence);
    }

    [Fact]
    public void Without_a_reply_it_leaves_after_two_seconds()
    {
        _rig.ReceiveProof(1);
        _rig.Advance(1990);
        Assert.False(_rig.Session.IsEnded);

        _rig.Advance(20);

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(Verdict.TwoWay, _rig.Session.Verdict);
    }

    [Fact]
    public void Both_sides_of_any_pair_end_close_together_and_send_nothing_afterwards()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var options = new PairOptions
            {
                Seed = seed,
                Gap = TimeSpan.FromMilliseconds(seed * 7 % 300),
                Count = null,
                AdjustA = o => o with { Use = PathUse.HandOver },
                AdjustB = o => o with { Use = PathUse.HandOver },
            };
            var pair = PeerPair.Of("port-preserving", "firewall", options).RunToEnd();

            Instant a = PeerPair.When(pair.A, SessionEventKind.Ended)!.Value;
            Instant b = PeerPair.When(pair.B, SessionEventKind.Ended)!.Value;
            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), "both have their proof");
            pair.Claim((a - b).Duration() <= options.RoundTrip, $"they end at {a} and {b}");
            pair.Claim(LastSent(pair.A) + (options.RoundTrip / 2) <= b, $"A's last word, sent at {LastSent(pair.A)}, meets B's program, begun at {b}");
            pair.Claim(LastSent(pair.B) + (options.RoundTrip / 2) <= a, $"B's last word, sent at {LastSent(pair.B)}, meets A's program, begun at {a}");
        }
    }

    private static Instant LastSent(Punch.Simulation.SimulatedMachine<SessionEvent> machine) =>
        machine.Events.Last(e => e.Event.Kind == SessionEventKind.Sent).At;
}
