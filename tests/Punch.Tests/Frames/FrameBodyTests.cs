using Xunit;

namespace Punch.Tests.Frames;

public sealed class FrameBodyTests
{
    private static readonly ProbeFrame Probe = new(0x0102030405060708, true);
    private static readonly AnswerFrame Answer = new(0x0102030405060708, true, 0x1112131415161718, TransportAddress.Parse("203.0.113.7:40001"));

    [Fact]
    public void A_probe_is_written_and_read_to_the_byte()
    {
        byte[] body = [.. Enumerable.Repeat((byte)0xEE, ProbeFrame.Length)];

        Assert.Equal(36, Probe.Write(body));
        Assert.Equal(FrameBodies.Probe, body);
        Assert.True(ProbeFrame.TryParse(body, out ProbeFrame read));
        Assert.Equal(Probe, read);
    }

    [Fact]
    public void An_answer_is_written_and_read_to_the_byte()
    {
        byte[] body = [.. Enumerable.Repeat((byte)0xEE, AnswerFrame.Length)];

        Assert.Equal(36, Answer.Write(body));
        Assert.Equal(FrameBodies.Answer, body);
        Assert.True(AnswerFrame.TryParse(body, out AnswerFrame read));
        Assert.Equal(Answer, read);
    }

    [Fact]
    public void An_answer_is_never_longer_than_its_probe() => Assert.Equal(ProbeFrame.Length, AnswerFrame.Length);

    [Theory]
    [InlineData("[2001:db8::7]:65535")]
    [InlineData("0.0.0.0:0")]
    [InlineData(null)]
    public void Any_observed_address_survives(string? observed)
    {
        AnswerFrame answer = Answer with { Observed = observed is null ? null : TransportAddress.Parse(observed), HasProof = false, OwnToken = 0 };
        byte[] body = new byte[AnswerFrame.Length];
        answer.Write(body);

        Assert.True(AnswerFrame.TryParse(body, out AnswerFrame read));
        Assert.Equal(answer, read);
    }

    [Fact]
    public void An_unknown_address_family_counts_as_no_address()
    {
        byte[] body = [.. FrameBodies.Answer];
        body[17] = 5;

        Assert.True(AnswerFrame.TryParse(body, out AnswerFrame read));
        Assert.Equal(Answer with { Observed = null }, read);
    }

    [Fact]
    public void Future_flags_are_ignored()
    {
        byte[] probe = [.. FrameBodies.Probe];
        probe[8] = 0xFE;

        Assert.True(ProbeFrame.TryParse(probe, out ProbeFrame read));
        Assert.Equal(Probe with { HasProof = false }, read);
    }

    [Fact]
    public void Every_truncation_is_refused_and_more_is_ignored()
    {
        for (int length = 0; length < 36; length++)
        {
            Assert.False(ProbeFrame.TryParse(FrameBodies.Probe.AsSpan(0, length), out ProbeFrame probe));
            Assert.False(AnswerFrame.TryParse(FrameBodies.Answer.AsSpan(0, length), out AnswerFrame answer));
            Assert.Equal((default, default), (probe, answer));
        }

        Assert.True(ProbeFrame.TryParse([.. FrameBodies.Probe, 1, 2], out ProbeFrame longer));
        Assert.True(AnswerFrame.TryParse([.. FrameBodies.Answer, 1, 2], out AnswerFrame longerAnswer));
        Assert.Equal((Probe, Answer), (longer, longerAnswer));
    }
}
