using System.Buffers.Binary;
using Xunit;

namespace Punch.Tests.Frames;

public sealed class SealedSessionTests : IDisposable
{
    private const string FrozenPayload = "8098B212670000000000000000036111D7D1808888636A5C5D83E336F16218FDB4FD32";
    private const string FrozenLatePayload = "8098B2126700000000000111700649C83617268D21056B04A0B670648A8FDD5C846A";
    private const string FrozenUnknownType = "8098B212670000000000011171A71B01DC997C5844FF5221B7085DF1AA11";
    private const string FrozenProbe =
        "80914A8FC200000000000000007AB294AB2E400A12947F488CD543660A0E07F26E72D63F9626C6561B5B8976CF1D7AE56BF9F46C0D3D8FE40BB3CCF111BFA20DC950";
    private const string FrozenAnswer =
        "80914A8FC200000000000000015559C3813E152BF72C6B52A17304C610544F42AEE2425B30D7F6CCF1AB234E9D1CFE0310D0A1C05754B37761BE894AFE1E77D7860B";

    private readonly SealedSession _low;
    private readonly SealedSession _high;

    public SealedSessionTests() => (_low, _high) = MeetingRig.Sessions();

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }

    [Fact]
    public void Frames_of_both_directions_are_frozen()
    {
        Assert.Equal(FrozenPayload, Convert.ToHexString(_low.Frame(FrameType.Payload, "hello"u8)));
        Assert.Equal(FrozenProbe, Convert.ToHexString(_high.Frame(FrameType.Probe, FrameBodies.Probe)));
        Assert.Equal(FrozenAnswer, Convert.ToHexString(_high.Frame(FrameType.Answer, FrameBodies.Answer)));
    }

    [Fact]
    public void Frozen_frames_open()
    {
        byte[] body = new byte[100];

        Assert.Equal(FrameError.None, _high.Open(Convert.FromHexString(FrozenPayload), body, out FrameType type, out int length));
        Assert.Equal((FrameType.Payload, "hello"), (type, System.Text.Encoding.ASCII.GetString(body, 0, length)));
        Assert.Equal(FrameError.None, _low.Open(Convert.FromHexString(FrozenProbe), body, out type, out length));
        Assert.Equal((FrameType.Probe, Convert.ToHexString(FrameBodies.Probe)), (type, Convert.ToHexString(body, 0, length)));
        Assert.Equal(FrameError.None, _low.Open(Convert.FromHexString(FrozenAnswer), body, out type, out length));
        Assert.Equal((FrameType.Answer, Convert.ToHexString(FrameBodies.Answer)), (type, Convert.ToHexString(body, 0, length)));
        Assert.Equal(FrameError.None, _high.Open(Convert.FromHexString(FrozenLatePayload), body, out type, out length));
        Assert.Equal((FrameType.Payload, 4), (type, length));
    }

    [Fact]
    public void A_future_frame_type_is_recognised_and_accepted_once()
    {
        byte[] frame = Convert.FromHexString(FrozenUnknownType);

        Assert.Equal(FrameError.UnknownType, _high.Open(frame));
        Assert.Equal(FrameError.Replayed, _high.Open(frame));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(36)]
    [InlineData(1423)]
    [InlineData(SealedSession.MaxBodyLength)]
    public void A_body_of_any_length_arrives(int size)
    {
        byte[] sent = [.. Enumerable.Range(0, size).Select(i => (byte)(i % 251))];
        byte[] body = new byte[SealedSession.MaxLength];

        byte[] frame = _low.Frame(FrameType.Payload, sent);

        Assert.Equal(size + 30, frame.Length);
        Assert.True(SealedSession.IsFrame(frame));
        Assert.Equal(FrameError.None, _high.Open(frame, body, out FrameType type, out int length));
        Assert.Equal(FrameType.Payload, type);
        Assert.Equal(sent, body[..length]);
    }

    [Fact]
    public void A_frame_that_does_not_fit_is_not_sealed_and_takes_no_counter()
    {
        byte[] small = new byte[34];
        byte[] large = new byte[SealedSession.MaxLength + 100];

        Assert.Equal(0, _low.Seal(FrameType.Payload, "hello"u8, small));
        Assert.Equal(0, _low.Seal(FrameType.Payload, new byte[SealedSession.MaxBodyLength + 1], large));
        Assert.Equal(new byte[34], small);
        Assert.Equal(FrozenPayload, Convert.ToHexString(_low.Frame(FrameType.Payload, "hello"u8)));
    }

    [Fact]
    public void The_last_counter_is_sealed_and_opened_and_no_later_one()
    {
        _low.NextCounter = SealedSession.MaxFrames - 1;
        byte[] buffer = new byte[100];

        Assert.Equal(FrameError.None, _high.Open(_low.Frame(FrameType.Payload, [])));
        Assert.Equal(0, _low.Seal(FrameType.Payload, [], buffer));
        Assert.Equal(new byte[100], buffer);
    }

    [Fact]
    public void A_body_may_lie_where_its_frame_goes()
    {
        for (int at = 0; at <= 30; at++)
        {
            byte[] buffer = new byte[35];
            "hello"u8.CopyTo(buffer.AsSpan(at));
            byte[] body = new byte[35];

            Assert.Equal(35, _low.Seal(FrameType.Payload, buffer.AsSpan(at, 5), buffer));
            Assert.Equal(FrameError.None, _high.Open(buffer, body, out _, out int length));
            Assert.Equal("hello"u8, body.AsSpan(0, length));
        }
    }

    [Fact]
    public void A_frame_that_finds_no_room_can_be_opened_again()
    {
        byte[] frame = _low.Frame(FrameType.Payload, "hello"u8);

        Assert.Equal(FrameError.BufferTooShort, _high.Open(frame, new byte[5], out _, out _));
        Assert.Equal(FrameError.None, _high.Open(frame, new byte[6], out _, out int length));
        Assert.Equal(5, length);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed_and_changes_nothing()
    {
        byte[] frame = _low.Frame(FrameType.Payload, "hello"u8);
        for (int bit = 0; bit < 8 * frame.Length; bit++)
        {
            FrameError expected = bit switch
            {
                < 8 => FrameError.NotAFrame,
                < 40 => FrameError.OtherSession,
                _ => FrameError.Forged,
            };
            // the upper 28 bits of a counter, which no session reaches
            bool isBeyond = BinaryPrimitives.ReadUInt64BigEndian(MeetingRig.Flipped(frame, bit).AsSpan(5)) >= SealedSession.MaxFrames;

            Assert.Equal(isBeyond ? FrameError.Replayed : expected, _high.Open(MeetingRig.Flipped(frame, bit)));
        }

        Assert.Equal(FrameError.None, _high.Open(frame));
    }

    [Fact]
    public void Every_truncation_and_every_extension_is_refused()
    {
        byte[] frame = _low.Frame(FrameType.Payload, "hello"u8);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Equal(length < SealedSession.Overhead ? FrameError.NotAFrame : FrameError.Forged, _high.Open(frame.AsSpan(0, length)));
        }

        Assert.Equal(FrameError.Forged, _high.Open([.. frame, 0]));
        Assert.Equal(FrameError.NotAFrame, _high.Open([.. frame, .. new byte[SealedSession.MaxLength]]));
        Assert.Equal(FrameError.None, _high.Open(frame));
    }

    [Fact]
    public void A_frame_is_taken_in_once()
    {
        byte[] frame = _low.Frame(FrameType.Payload, "hello"u8);

        Assert.Equal(FrameError.None, _high.Open(frame));
        Assert.Equal(FrameError.Replayed, _high.Open(frame));
    }

    [Fact]
    public void Frames_out_of_order_are_taken_in_within_the_window_and_refused_beyond()
    {
        byte[][] frames = [.. Enumerable.Range(0, ReplayWindow.Size + 1).Select(_ => _low.Frame(FrameType.Payload, []))];

        Assert.Equal(FrameError.None, _high.Open(frames[^1]));
        Assert.Equal(FrameError.Replayed, _high.Open(frames[0]));
        for (int i = frames.Length - 2; i > 0; i--) { Assert.Equal(FrameError.None, _high.Open(frames[i])); }

        Assert.All(frames, frame => Assert.Equal(FrameError.Replayed, _high.Open(frame)));
    }

    [Fact]
    public void A_forged_counter_does_not_move_the_window()
    {
        byte[] first = _low.Frame(FrameType.Payload, []);
        byte[] forged = first.ToArray();
        BinaryPrimitives.WriteUInt64BigEndian(forged.AsSpan(5), 1_000_000);

        Assert.Equal(FrameError.Forged, _high.Open(forged));
        Assert.Equal(FrameError.None, _high.Open(first));
    }

    [Fact]
    public void A_reflected_frame_is_refused() =>
        Assert.Equal(FrameError.OtherSession, _low.Open(_low.Frame(FrameType.Payload, "hello"u8)));

    [Theory]
    [InlineData("")]
    [InlineData("00010000")]
    [InlineData("8098B212")]
    [InlineData("000100002112A442000000000000000000000000000000000000000000000000")]
    [InlineData("8198B212670000000000000000036111D7D1808888636A5C5D83E336F16218FDB4FD32")]
    public void A_datagram_that_is_not_a_frame_is_recognised_by_its_first_byte_and_length(string bytes)
    {
        Assert.False(SealedSession.IsFrame(Convert.FromHexString(bytes)));
        Assert.Equal(FrameError.NotAFrame, _high.Open(Convert.FromHexString(bytes)));
    }
}
