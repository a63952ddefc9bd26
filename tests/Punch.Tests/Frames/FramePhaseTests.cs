using Xunit;

namespace Punch.Tests.Frames;

/// <summary>A direction changes to its next key after 2^30 frames, if both sides support it.</summary>
public sealed class FramePhaseTests : IDisposable
{
    private readonly SealedSession _low;
    private readonly SealedSession _high;

    public FramePhaseTests()
    {
        (_low, _high) = MeetingRig.Sessions();
        _low.StepsKeys = _high.StepsKeys = true;
    }

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }

    [Fact]
    public void The_first_phase_is_what_a_peer_without_phases_has()
    {
        (SealedSession old, SealedSession other) = MeetingRig.Sessions();
        using SealedSession oldKept = old, otherKept = other;

        Assert.Equal(old.Frame(FrameType.Payload, "hello"u8), _low.Frame(FrameType.Payload, "hello"u8));
        Assert.Equal(FrameError.None, _high.Open(old.Frame(FrameType.Payload, [])));
    }

    [Fact]
    public void Frames_go_on_across_many_phases_far_beyond_what_one_key_may_seal()
    {
        for (ulong phase = 1; phase <= 80; phase++)
        {
            _low.NextCounter = (phase * SealedSession.FramesOfPhase) - 2;
            for (int i = 0; i < 4; i++) { Assert.Equal(FrameError.None, _high.Open(_low.Frame(FrameType.Payload, [1, 2, 3]))); }
        }

        Assert.True(_low.NextCounter > SealedSession.MaxFrames);
        Assert.Equal(FrameError.None, _low.Open(_high.Frame(FrameType.Payload, [])));
    }

    [Fact]
    public void A_later_phase_has_another_key_than_a_peer_without_phases_would_use()
    {
        (SealedSession old, SealedSession other) = MeetingRig.Sessions();
        using SealedSession oldKept = old, otherKept = other;
        old.NextCounter = _low.NextCounter = SealedSession.FramesOfPhase;

        byte[] stepped = _low.Frame(FrameType.Payload, "hello"u8);

        Assert.NotEqual(old.Frame(FrameType.Payload, "hello"u8)[13..], stepped[13..]);
        Assert.Equal(FrameError.Forged, other.Open(stepped));
    }

    [Fact]
    public void Frames_that_overtake_each_other_at_the_border_of_two_phases_are_taken_in_once()
    {
        _low.NextCounter = SealedSession.FramesOfPhase - 3;
        byte[][] frames = [.. Enumerable.Range(0, 6).Select(_ => _low.Frame(FrameType.Payload, [7]))];

        foreach (int i in new[] { 4, 0, 3, 2, 5, 1 }) { Assert.Equal(FrameError.None, _high.Open(frames[i])); }

        Assert.All(frames, frame => Assert.Equal(FrameError.Replayed, _high.Open(frame)));
    }

    [Fact]
    public void A_forged_frame_of_the_next_phase_changes_nothing_and_one_of_a_later_phase_is_refused()
    {
        _low.NextCounter = SealedSession.FramesOfPhase;
        byte[] next = _low.Frame(FrameType.Payload, [7]);
        _low.NextCounter = 2 * SealedSession.FramesOfPhase;
        byte[] later = _low.Frame(FrameType.Payload, [7]);

        for (int i = 0; i < 100; i++) { Assert.Equal(FrameError.Forged, _high.Open(MeetingRig.Flipped(next, (8 * 14) + i))); }

        Assert.Equal(FrameError.Forged, _high.Open(later));
        Assert.Equal(FrameError.None, _high.Open(next));
        Assert.Equal(FrameError.None, _high.Open(later));
    }

    [Fact]
    public void Without_stepped_keys_no_counter_is_sealed_after_the_last_one()
    {
        // No keys are made for the phases in between.
        using SealedSession session = MeetingRig.Sessions().Low;
        session.NextCounter = SealedSession.MaxFrames;

        Assert.Equal(0, session.Seal(FrameType.Payload, [], new byte[100]));
        session.StepsKeys = true;
        Assert.NotEqual(0, session.Seal(FrameType.Payload, [], new byte[100]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hello_says_whether_its_sender_steps_keys(bool stepsKeys)
    {
        using MeetingKeys keys = MeetingRig.Keys();
        using EphemeralKey key = MeetingRig.LowKey();
        using var sealer = new HelloSealer(keys, MeetingRig.Low);
        using var opener = new HelloOpener(keys, MeetingRig.High, MeetingRig.Low);

        Assert.Equal(
            HelloError.None, opener.Open(sealer.Seal(new Hello(0, default, key.PublicKey, []) { StepsKeys = stepsKeys }).Span, out Hello? hello));

        Assert.Equal(stepsKeys, hello!.StepsKeys);
    }
}
