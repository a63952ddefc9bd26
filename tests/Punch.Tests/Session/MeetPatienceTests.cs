using Punch.Protocol.Candidates.Rendezvous;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A hostile server, or a stranger in a seat, cannot keep a side trying forever, and cannot end a side that waits.</summary>
public sealed class MeetPatienceTests
{
    private static readonly PartyId One = new((UInt128)77);
    private static readonly PartyId Other = new((UInt128)78);

    [Fact]
    public void A_server_that_takes_turns_with_two_old_hellos_does_not_keep_a_lone_side_trying()
    {
        using var rig = new AgentRig();
        rig.Answer();
        TakeTurns(rig, seconds: 30);
        Assert.False(rig.Session.IsEnded);

        TakeTurns(rig, seconds: 2);

        Assert.True(rig.Session.IsEnded);
        Assert.Equal(SessionResult.NoPath, rig.Session.Outcome.Result);
    }

    [Fact]
    public void Without_a_limit_of_patience_no_address_is_probed_only_because_a_server_names_it()
    {
        using var rig = new AgentRig(options => options.Meeting(target => target with { Patience = null }));
        rig.Answer();
        TakeTurns(rig, seconds: 170);
        int sent = rig.SentToOthers.Count();

        TakeTurns(rig, seconds: 300);

        Assert.False(rig.Session.IsEnded);
        Assert.Equal(sent, rig.SentToOthers.Count());
        rig.ReceiveNotice(rig.Hello(0));
        Assert.True(rig.SentToOthers.Count() > sent, "who comes then is tried");
    }

    [Fact]
    public void A_party_without_the_code_that_has_left_does_not_end_the_wait()
    {
        using var rig = new AgentRig();
        byte[] forged = rig.Hello(0).ToArray();
        forged[10] ^= 1;
        for (int i = 0; i < 20; i++)
        {
            rig.Answer(forged);
            rig.Advance(1_000);
        }

        rig.Answer();
        rig.Advance(60_000);

        Assert.False(rig.Session.IsEnded);
        Assert.Single(rig.Events, e => e.Kind == SessionEventKind.PeerRejected);
        rig.ReceiveNotice(rig.Hello(1));
        Assert.NotNull(rig.Peer);
    }

    [Fact]
    public void A_party_that_takes_a_seat_again_and_again_is_reported_once()
    {
        using var rig = new AgentRig();
        byte[] forged = rig.Hello(0).ToArray();
        forged[10] ^= 1;
        for (int i = 0; i < 30; i++)
        {
            rig.Answer(forged);
            rig.Advance(1_000);
            rig.Answer();
            rig.Advance(20_000);
        }

        Assert.False(rig.Session.IsEnded);
        Assert.Single(rig.Events, e => e.Kind == SessionEventKind.PeerRejected);
    }

    [Fact]
    public void Few_parties_count_as_new_until_a_frame_is_heard()
    {
        var signs = new PeerSigns();
        Instant now = Instant.At(TimeSpan.FromSeconds(1));
        for (int i = 1; i <= PeerSigns.Capacity; i++) { Assert.Equal(PeerSign.NewParty, signs.NoteHello(new PartyId((UInt128)i), 1, now)); }

        Assert.Equal(PeerSign.None, signs.NoteHello(One, 1, now));
        Assert.Equal(PeerSign.None, signs.NoteHello(new PartyId(1), 1, now));
        Assert.Equal(PeerSign.NewerHello, signs.NoteHello(new PartyId(1), 2, now));
        Assert.True(signs.IsWorthTrying(now + PeerSigns.UnheardFor - TimeSpan.FromSeconds(1)));
        Assert.False(signs.IsWorthTrying(now + PeerSigns.UnheardFor));
        signs.NoteHeard(now);
        Assert.True(signs.IsWorthTrying(now + PeerSigns.UnheardFor));
        Assert.False(signs.IsWorthTrying(now + PeerSigns.HeardFor));
        Assert.Equal(PeerSign.NewParty, signs.NoteHello(One, 1, now));
    }

    private static void TakeTurns(AgentRig rig, int seconds)
    {
        byte[] one = rig.HelloOf(One).ToArray(), other = rig.HelloOf(Other).ToArray();
        for (int i = 0; i < seconds; i++)
        {
            rig.ReceiveNotice(i % 2 == 0 ? one : other, party: i % 2 == 0 ? One : Other);
            rig.Advance(1_000);
        }
    }
}
