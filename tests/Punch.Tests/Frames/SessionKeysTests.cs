using System.Buffers.Binary;
using Xunit;

namespace Punch.Tests.Frames;

/// <summary>
/// A session is bound to its keys, room and parties. If one of these differs on one side, the sides do not understand each other.
/// </summary>
public sealed class SessionKeysTests : IDisposable
{
    private readonly MeetingKeys _keys = MeetingRig.Keys();
    private readonly EphemeralKey _low = MeetingRig.LowKey();
    private readonly EphemeralKey _high = MeetingRig.HighKey();
    private readonly List<IDisposable> _made = [];

    public void Dispose()
    {
        _made.ForEach(each => each.Dispose());
        _high.Dispose();
        _low.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void The_same_secrets_make_the_same_session()
    {
        byte[] first = Make(_keys, _low, MeetingRig.Low, MeetingRig.High, _high).Frame(FrameType.Goodbye, []);
        byte[] second = Make(_keys, _low, MeetingRig.Low, MeetingRig.High, _high).Frame(FrameType.Goodbye, []);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Both_directions_have_different_tags_and_ciphertexts()
    {
        byte[] low = Make(_keys, _low, MeetingRig.Low, MeetingRig.High, _high).Frame(FrameType.Goodbye, []);
        byte[] high = Make(_keys, _high, MeetingRig.High, MeetingRig.Low, _low).Frame(FrameType.Goodbye, []);

        Assert.NotEqual(low[1..5], high[1..5]);
        Assert.NotEqual(low[13..], high[13..]);
    }

    [Fact]
    public void A_party_does_not_meet_itself() =>
        Assert.False(SealedSession.TryCreate(_keys, _low, MeetingRig.Low, MeetingRig.Low, _high.PublicKey.Span, out _));

    [Fact]
    public void A_key_that_is_not_a_point_makes_no_session()
    {
        Assert.False(SealedSession.TryCreate(_keys, _low, MeetingRig.Low, MeetingRig.High, new byte[64], out SealedSession? session));
        Assert.Null(session);
        Assert.False(SealedSession.TryCreate(_keys, _low, MeetingRig.Low, MeetingRig.High, [], out _));
        Assert.False(SealedSession.TryCreate(_keys, _low, MeetingRig.Low, MeetingRig.High, MeetingRig.Flipped(_high.PublicKey.Span, 300), out _));
    }

    [Fact]
    public void Another_code_on_one_side_is_noticed()
    {
        MeetingKeys others = Keep(MeetingRig.Keys("7k3m-9q2p-xv4t-h8rn-5wzd"));

        AssertApart(Make(others, _high, MeetingRig.High, MeetingRig.Low, _low));
    }

    [Fact]
    public void Another_party_on_one_side_is_noticed()
    {
        AssertApart(Make(_keys, _high, new PartyId(MeetingRig.High.Value - 1), MeetingRig.Low, _low));
        AssertApart(Make(_keys, _high, MeetingRig.High, new PartyId(MeetingRig.Low.Value + 1), _low));
    }

    [Fact]
    public void A_party_in_between_with_a_key_of_its_own_is_noticed()
    {
        EphemeralKey between = Keep(EphemeralKey.Create(new byte[32]));

        AssertApart(Make(_keys, _high, MeetingRig.High, MeetingRig.Low, between));
        AssertApart(Make(_keys, between, MeetingRig.High, MeetingRig.Low, _low));
    }

    [Fact]
    public void The_sealed_tag_would_not_pass_even_if_the_mark_in_the_clear_were_copied()
    {
        SealedSession low = Make(_keys, _low, MeetingRig.Low, MeetingRig.High, _high);
        EphemeralKey between = Keep(EphemeralKey.Create(new byte[32]));
        byte[] frame = Make(_keys, between, MeetingRig.High, MeetingRig.Low, _low).Frame(FrameType.Goodbye, []);
        byte[] genuine = Make(_keys, _high, MeetingRig.High, MeetingRig.Low, _low).Frame(FrameType.Goodbye, []);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), BinaryPrimitives.ReadUInt32BigEndian(genuine.AsSpan(1)));

        Assert.Equal(FrameError.Forged, low.Open(frame));
        Assert.Equal(FrameError.None, low.Open(genuine));
    }

    private void AssertApart(SealedSession high)
    {
        SealedSession low = Make(_keys, _low, MeetingRig.Low, MeetingRig.High, _high);

        Assert.Equal(FrameError.OtherSession, low.Open(high.Frame(FrameType.Payload, "hello"u8)));
        Assert.Equal(FrameError.OtherSession, high.Open(low.Frame(FrameType.Payload, "hello"u8)));
    }

    private SealedSession Make(MeetingKeys keys, EphemeralKey mine, PartyId myParty, PartyId theirParty, EphemeralKey theirs) =>
        Keep(MeetingRig.Session(keys, mine, myParty, theirParty, theirs.PublicKey.Span));

    private T Keep<T>(T disposable)
        where T : IDisposable
    {
        _made.Add(disposable);
        return disposable;
    }
}
