using System.Text;
using System.Text.Json;
using Xunit;

namespace Punch.Tests.Pipe;

/// <summary>Two real processes on loopback, joined by <c>--pipe</c>.</summary>
public sealed class PipeProcessTests
{
    [Fact]
    public void Files_pass_both_ways_byte_for_byte_and_all_else_is_on_standard_error()
    {
        byte[] a = Bytes(1, 1_000_000);
        byte[] b = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i}\n")));
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-w", "50"], ["--pipe", "-w", "50"]);
        using (first)
        using (second)
        {
            Task sendsA = Task.Run(() => first.Write(a).End(), TestContext.Current.CancellationToken);
            second.Write(b).End();

            Assert.True((first.Exit, second.Exit) == (0, 0), first.Error + second.Error);
            Assert.True(b.AsSpan().SequenceEqual(first.Output), first.Error);
            Assert.True(a.AsSpan().SequenceEqual(second.Output), second.Error);
            Assert.StartsWith("PUNCH 127.0.0.1 ", first.Error);
            Assert.Contains($"data sent {a.Length} bytes in ", first.Error);
            Assert.Contains(", lost 0% out, 0% in\n", first.Error);
            Assert.True(sendsA.IsCompletedSuccessfully);
        }
    }

    [Fact]
    public void A_reply_leaves_from_the_address_that_was_asked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        string[] check = ["-c", "3", "-i", "50ms", "-w", "30"];
        (PunchProcess first, PunchProcess second) = PunchProcess.PairByOtherAddress(check, check);
        using (first)
        using (second)
        {
            Assert.True((first.Exit, second.Exit) == (0, 0), first.Text + second.Text);
        }
    }

    [Fact]
    public void A_conversation_goes_back_and_forth_line_by_line()
    {
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-q", "-w", "50"], ["--pipe", "-q", "--json", "-w", "50"]);
        using (first)
        using (second)
        {
            first.Write("question?\n"u8.ToArray());
            second.Write("answer\n"u8.ToArray()).End();
            first.Write("without an end"u8.ToArray()).End();

            Assert.True((first.Exit, second.Exit) == (0, 0), first.Error + second.Error);
            Assert.Equal("answer\n", first.Text);
            Assert.Equal("question?\nwithout an end", second.Text);
            string[] events = [.. second.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];
            Assert.Equal(["listening", "open", "eof", "summary"], events);
        }
    }

    [Fact]
    public void A_side_that_is_interrupted_leaves_the_other_cut_short()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-w", "50"], ["--pipe", "-w", "50"]);
        using (first)
        using (second)
        {
            first.Write("half of it"u8.ToArray());
            second.WaitForOutput();

            // Not SIGINT: a shell starts background processes with SIGINT ignored, and their children inherit that.
            Signal.Send(first.Id, Signal.Terminate);

            Assert.Equal(0, first.Exit);
            Assert.Equal(1, second.Exit);
            Assert.Contains("punch: error: the peer left before all data was through\n", second.Error);
        }
    }

    [Fact]
    public void A_reader_that_goes_away_ends_a_pipe_like_Ctrl_C()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.ShellPair("{ while sleep 0.05 && echo line; do :; done; } | $PUNCH", "{ $PUNCH; echo $? >&2; } | head -2");
        using (first)
        using (second)
        {
            Assert.Equal("line\nline\n", second.Text);
            Assert.EndsWith("\n0\n", second.Error);
            Assert.Equal(1, first.Exit);
            Assert.Contains("punch: error: the peer left before all data was through", first.Error);
        }
    }

    [Fact]
    public void A_program_that_was_started_without_standard_streams_does_its_job()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.ShellPair("$PUNCH <&- 2>&-; echo $?", "$PUNCH <&-; echo $?");
        using (first)
        using (second)
        {
            Assert.Equal("0\n", first.Text);
            Assert.Equal("0\n", second.Text);
        }
    }

    [Theory]
    [InlineData("/", "is a directory")]
    [InlineData("/proc/self/mem", "input/output error")]
    public void An_input_that_cannot_be_read_fails_on_both_sides(string input, string why)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc and a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.ShellPair($"$PUNCH < {input}; echo $?", "$PUNCH < /dev/null; echo $?");
        using (first)
        using (second)
        {
            Assert.Equal("3\n", first.Text);
            Assert.Contains($"punch: error: cannot read standard input: {why}\n", first.Error);
            Assert.Equal("1\n", second.Text);
            Assert.Contains("punch: error: the peer could not read its input to the end: what came is incomplete\n", second.Error);
        }
    }

    [Fact]
    public void A_peer_that_is_killed_before_the_end_leaves_it_unconfirmed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-w", "50"], ["--pipe", "-w", "50"]);
        using (first)
        using (second)
        {
            second.End();
            first.Write("one\n"u8.ToArray());
            second.WaitForOutput();
            Signal.Send(second.Id, 9);
            _ = second.Exit;
            first.Write("two\n"u8.ToArray()).End();

            Assert.Equal(1, first.Exit);
            Assert.Matches("punch: error: the other side did not confirm all data: [12] of 2 datagrams \\([48] bytes\\) are unconfirmed\n", first.Error);
        }
    }

    [Fact]
    public void A_pipe_without_standard_output_has_nowhere_to_write()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.ShellPair("$PUNCH >&-; echo $? >&2", "true");
        using (first)
        using (second)
        {
            Assert.StartsWith("punch: error: standard output is closed: --pipe has nowhere to write to\n", first.Error);
            Assert.EndsWith("\n3\n", first.Error);
        }
    }

    [Fact]
    public void Sigquit_prints_the_statistics_and_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-w", "50"], ["--pipe", "-w", "50"]);
        using (first)
        using (second)
        {
            second.Write("one\n"u8.ToArray()).End();
            first.WaitForOutput();
            Signal.Send(first.Id, 3);
            first.WaitForError("--- 127.0.0.1 punch statistics so far ---\n");
            first.Write("two\n"u8.ToArray()).End();

            Assert.Equal((0, 0), (first.Exit, second.Exit));
        }
    }

    [Fact]
    public void Data_that_the_peer_does_not_take_is_not_a_success()
    {
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--pipe", "-w", "50"], ["-w", "50"]);
        using (first)
        using (second)
        {
            first.Write("half of it\n"u8.ToArray()).End();

            Assert.Equal(1, first.Exit);
            Assert.Contains("punch: error: the other side did not say that any of the data came\npunch: hint: does it run with --pipe, too?\n", first.Error);
        }
    }

    private static byte[] Bytes(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        byte[] bytes = new byte[count];
        foreach (ref byte each in bytes.AsSpan()) { each = (byte)(random.Next() & 0xFF); }

        return bytes;
    }
}
