using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>A small join causes no more bytes than it has, whatever it asks for.</summary>
public sealed class SmallJoinTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(260)]
    [InlineData(448)]
    public void Never_more_is_sent_than_came(int length)
    {
        foreach (bool tells in new[] { false, true })
        {
            var rig = new RendezvousRig();
            rig.Join(B, party: 2, says: JoinBytes.SealedOf(length, 2));

            foreach (bool isSeeking in new[] { false, true })
            {
                JoinReply answer = Send(rig, length, tells, isSeeking);
                Assert.Equal(RendezvousOutcome.Paired, rig.Last.Outcome);
                Assert.True(!answer.Peer.IsEmpty || (tells && rig.Last.NoticeCount == 1) || length == 448);
            }
        }
    }

    [Theory]
    [InlineData(639)]
    [InlineData(644)]
    [InlineData(1196)]
    [InlineData(100)]
    public void Other_lengths_are_no_joins(int length)
    {
        var rig = new RendezvousRig();
        byte[] bytes = new byte[length];
        new JoinBytes { Says = JoinBytes.SealedOf(20) }.ToArray().AsSpan(0, length).CopyTo(bytes);

        rig.Send(bytes, A);

        Assert.Equal(RendezvousOutcome.Ignored, rig.Last.Outcome);
    }

    private static JoinReply Send(RendezvousRig rig, int length, bool tells, bool isSeeking)
    {
        byte[] nonce = rig.NonceFor(A);
        var join = new JoinBytes { Says = JoinBytes.SealedOf(length, 1), Cookie = nonce, IsSeeking = isSeeking, Length = JoinRequest.SmallLength };
        return rig.Send((tells ? join with { Extra = (0xFF67, []) } : join).ToArray(), A);
    }
}
