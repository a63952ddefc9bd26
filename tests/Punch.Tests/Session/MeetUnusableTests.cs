using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Something comes from the server of a meeting, but no reply: that is neither a reply nor silence.</summary>
public sealed class MeetUnusableTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(420)]
    [InlineData(500)]
    public void An_error_of_a_server_that_is_none_of_ours_is_told_with_its_code(int code)
    {
        using var rig = new AgentRig();

        rig.Receive(AgentRig.Server, Error(rig, code));
        rig.Advance(15_000);

        Assert.Equal(SessionResult.ServerSilent, rig.Session.Outcome.Result);
        Assert.Equal((UnusableKind.Error, code), (rig.Session.Outcome.Unusable!.Kind, (int)rig.Session.Outcome.Unusable.Code!.Value));
        Assert.Equal(AgentRig.Server, Assert.Single(rig.Events, e => e.Kind == SessionEventKind.ServerUnusable).Remote);
        Assert.True(rig.Session.IsEnded);
    }

    [Fact]
    public void A_server_that_only_challenges_refuses()
    {
        using var rig = new AgentRig();
        for (int i = 0; i < 20 && !rig.Session.IsEnded; i++)
        {
            rig.Answer(error: StunErrorCode.StaleNonce);
            rig.Advance(2_100);
        }

        Assert.Equal(SessionResult.ServerRefused, rig.Session.Outcome.Result);
        Assert.Equal(StunErrorCode.StaleNonce, rig.Session.Outcome.Refusal);
    }

    [Fact]
    public void Each_kind_is_told_apart()
    {
        Assert.Equal(UnusableKind.WrongFingerprint, Kind(rig => Edit(Success(rig), bytes => bytes[^1] ^= 1)));
        Assert.Equal(UnusableKind.Malformed, Kind(rig => Cut(Success(rig))));
        Assert.Equal(UnusableKind.NoAddress, Kind(rig => Success(rig, port: 0)));
        Assert.Equal(UnusableKind.NoAddress, Kind(rig => new StunBytes(JoinBytes.Success).WithId(rig.LastJoin).WithFingerprint().ToArray()));
        Assert.Equal(UnusableKind.NotStun, Kind(_ => "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()));
        Assert.Equal(UnusableKind.OtherRequest, Kind(_ => Success(null)));
        Assert.Equal(UnusableKind.NotAnAnswer, Kind(rig => new StunBytes(0x0101).WithId(rig.LastJoin).ToArray()));
        Assert.Equal(UnusableKind.OtherSource, Kind(rig => Success(rig), AgentRig.Server with { Port = 3479 }));
    }

    [Fact]
    public void What_comes_from_elsewhere_and_names_no_request_is_nothing()
    {
        using var rig = new AgentRig();

        rig.Receive(AgentRig.PeerSeen, Success(null));
        rig.Receive(AgentRig.PeerSeen, "hello"u8.ToArray());

        Assert.Null(rig.Session.Outcome.Unusable);
        Assert.DoesNotContain(rig.Events, e => e.Kind == SessionEventKind.ServerUnusable);
    }

    [Fact]
    public void Rubbish_before_a_reply_does_not_count_and_after_it_is_not_told()
    {
        using var rig = new AgentRig();
        rig.Receive(AgentRig.Server, Cut(Success(rig)));

        rig.Answer();
        rig.Receive(AgentRig.Server, Cut(Success(rig)));
        rig.Advance(20_000);

        Assert.Null(rig.Session.Outcome.Unusable);
        Assert.Single(rig.Events, e => e.Kind == SessionEventKind.ServerUnusable);
        Assert.False(rig.Session.IsEnded);
    }

    private static UnusableKind Kind(Func<AgentRig, byte[]> reply, TransportAddress? from = null)
    {
        using var rig = new AgentRig();
        rig.Receive(from ?? AgentRig.Server, reply(rig));
        return rig.Session.Outcome.Unusable!.Kind;
    }

    private static byte[] Error(AgentRig rig, int code) =>
        new StunBytes(JoinBytes.Error).WithId(rig.LastJoin).With(JoinBytes.ErrorCode, 0, 0, (byte)(code / 100), (byte)(code % 100)).ToArray();

    private static byte[] Success(AgentRig? rig, ushort port = 40001)
    {
        byte[] buffer = new byte[700];
        var reply = new JoinReply { TransactionId = rig?.LastJoin ?? default, Mapped = AgentRig.Mapped with { Port = port }, Nonce = "n"u8 };
        Assert.True(reply.TryWrite(buffer, out int length));
        return buffer[..length];
    }

    private static byte[] Cut(byte[] bytes) => bytes[..^4];

    private static byte[] Edit(byte[] bytes, Action<byte[]> edit)
    {
        edit(bytes);
        return bytes;
    }
}
