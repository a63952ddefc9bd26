using Xunit;

namespace Punch.Tests.Frames;

public sealed class FrameAllocationTests
{
    [Fact]
    public void Frames_whole_and_broken_cost_no_allocation()
    {
        (SealedSession low, SealedSession high) = MeetingRig.Sessions();
        using SealedSession first = low;
        using SealedSession second = high;
        byte[] frame = new byte[1452];
        byte[] body = new byte[1452];
        Exchange(low, high, frame, body, 100);

        Assert.Equal(0, Allocation.Fewest(() => Exchange(low, high, frame, body, 1000)));
    }

    private static void Exchange(SealedSession low, SealedSession high, byte[] frame, byte[] body, int times)
    {
        for (int i = 0; i < times; i++)
        {
            new AnswerFrame(1, true, 2, null).Write(body);
            int length = low.Seal(FrameType.Answer, body.AsSpan(0, AnswerFrame.Length), frame);
            frame[20] ^= 1;
            high.Open(frame.AsSpan(0, length), body, out _, out _); // forged
            frame[20] ^= 1;
            FrameError error = high.Open(frame.AsSpan(0, length), body, out _, out int read);
            if (error != FrameError.None || !AnswerFrame.TryParse(body.AsSpan(0, read), out _)) { throw new InvalidOperationException(error.ToString()); }

            high.Open(frame.AsSpan(0, length), body, out _, out _); // replayed
            low.Open(frame.AsSpan(0, length), body, out _, out _); // reflected
            high.Open(frame.AsSpan(0, 20), body, out _, out _); // truncated
        }
    }
}
