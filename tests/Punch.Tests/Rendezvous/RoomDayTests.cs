using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>Rooms are of a day. It is day 0 on the server, until it is day 1.</summary>
public sealed class RoomDayTests
{
    private static readonly JoinBytes Join = new() { Says = JoinBytes.SealedOf(180) };

    [Theory]
    [InlineData(1)]
    [InlineData(365)]
    [InlineData(uint.MaxValue)]
    public void Who_has_another_day_is_told_this_one_and_nothing_is_kept(uint day)
    {
        var rig = new RendezvousRig();
        byte[] nonce = rig.NonceFor(A);

        foreach (byte[]? cookie in new[] { null, nonce })
        {
            JoinReply answer = rig.Send((Join with { DayNumber = day, Cookie = cookie }).ToArray(), A);

            Assert.Equal((RendezvousOutcome.OtherDay, 0u, A), (rig.Last.Outcome, answer.Day!.Value, answer.Mapped!.Value));
            Assert.True(answer.Error is null && answer.Lifetime is null && answer.Nonce.IsEmpty && answer.Peer.IsEmpty);
            Assert.Equal((0, 0), (rig.Rooms, rig.Last.NoticeCount));
            Assert.InRange(rig.Last.ReplyLength, 1, 60);
        }
    }

    [Fact]
    public void A_right_day_is_not_answered_with_one()
    {
        var rig = new RendezvousRig();

        Assert.Null(rig.Join(A, party: 1).Day);
        Assert.Null(rig.JoinCold(B, party: 2).Day);
    }

    [Fact]
    public void After_midnight_the_rooms_of_yesterday_take_nobody_in_and_may_be_left()
    {
        var rig = new RendezvousRig();
        rig.Now = Instant.At(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(5));
        rig.Join(A, party: 1);
        rig.Wait(6);
        byte[] nonce = rig.Send((Join with { DayNumber = 1 }).ToArray(), A).Nonce.ToArray();

        Assert.Equal(1u, rig.Send((Join with { Cookie = nonce }).ToArray(), A).Day);
        Assert.Equal(1, rig.Rooms);
        rig.Send((Join with { Cookie = nonce, LifetimeValue = [0, 0, 0, 0] }).ToArray(), A);
        Assert.Equal((RendezvousOutcome.Left, 0), (rig.Last.Outcome, rig.Rooms));
    }

    [Fact]
    public void A_client_of_before_whose_room_is_of_no_day_is_told_so()
    {
        var rig = new RendezvousRig();

        JoinReply answer = rig.Send((Join with { DayNumber = null }).ToArray(), A);

        Assert.Equal((RendezvousOutcome.Dayless, 426), (rig.Last.Outcome, (int)answer.Error!.Value));
        Assert.Equal((0, 0), (rig.Rooms, rig.Last.NoticeCount));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_day_of_another_length_is_malformed(int length)
    {
        var rig = new RendezvousRig();

        JoinReply answer = rig.Send((Join with { DayNumber = null, Extra = (JoinBytes.Day, new byte[length]) }).ToArray(), A);

        Assert.Equal(StunErrorCode.BadRequest, answer.Error);
    }
}
