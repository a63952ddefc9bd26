using Xunit;

namespace Punch.Tests.Session;

/// <summary>The ports of the clock's slots are given up when a path has been open for a while, and taken again to look for another one.</summary>
public sealed class SlotPortTests
{
    private static readonly TransportAddress Slot = SessionRig.Local with { Port = (ushort)(SessionRig.Local.Port + 3) };

    [Fact]
    public void They_are_wanted_until_a_path_has_been_open_for_half_a_minute()
    {
        var rig = new SessionRig();
        rig.Advance(3000);
        rig.ReceiveProof();

        Keep(rig, 2, 29);
        Assert.True(rig.Session.Wants(Slot));
        Keep(rig, 31, 3);

        Assert.False(rig.Session.Wants(Slot));
        Assert.True(rig.Session.Wants(SessionRig.Local));
        Assert.True(rig.Session.Wants(SessionRig.LocalV6));
    }

    [Fact]
    public void They_are_wanted_again_when_the_path_is_silent()
    {
        var rig = new SessionRig();
        rig.ReceiveProof();
        Keep(rig, 2, 35);
        Assert.False(rig.Session.Wants(Slot));

        rig.Advance(TimeSpan.FromSeconds(20));

        Assert.Null(rig.Session.Path);
        Assert.True(rig.Session.Wants(Slot));
    }

    [Fact]
    public void A_path_that_was_met_in_a_slot_keeps_its_port()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var pair = PeerPair.Of("linux", "linux", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(1), Count = null, Deadline = null });
            pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(20)));
            pair.Simulator.RunUntil(pair.Simulator.Now + TimeSpan.FromSeconds(60));

            pair.Claim(pair.AreOpen && pair.SessionA.Statistics.Opens == 1, "is open all the while");
            TransportAddress local = pair.SessionA.Path!.Value.Local;
            pair.Claim(pair.SessionA.Wants(local) && !pair.SessionA.Wants(local with { Port = (ushort)(local.Port + 1) }), $"keeps {local} alone");
        }
    }

    private static void Keep(SessionRig rig, uint sequence, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            rig.Advance(1000);
            rig.ReceiveProof(sequence++);
        }
    }
}
