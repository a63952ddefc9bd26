using System.Text;
using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class TextPresenterTests
{
    private const string Message = "2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=3";

    private static readonly SessionEnd GoodEnd = new()
    {
        Exit = ExitCode.Success,
        Verdict = Verdict.TwoWay,
        Path = Moved,
        Elapsed = TimeSpan.FromSeconds(12.25),
        Statistics = new SessionStatistics
        {
            Sent = 12,
            Received = 11,
            Messages = 10,
            Outbound = new Loss(10, 0),
            Inbound = new Loss(12, 1),
            Duplicates = 1,
            Reordered = 2,
            Strangers = 3,
            Refusals = 1,
            TimeToOpen = TimeSpan.FromMilliseconds(214),
            Opens = 2,
            RoundTrips = new RoundTrips(9, Ms(17.904), Ms(18.601), Ms(19.4024), Ms(0.512), Ms(0.23)),
        },
    };

    [Fact]
    public void A_path_met_by_the_clock_says_on_which_own_port() =>
        Assert.Equal(
            "Path open after 6.2 s: 203.0.113.7:6400, rtt 50.4 ms, met by the clock on port 6400",
            AsText().Begin().Event(InSlot(Path(SessionEventKind.Opened, 6200, roundTrip: 50.4))).Output.Lines[^1]);

    [Fact]
    public void The_first_line_names_the_host_its_addresses_and_the_local_port() =>
        Assert.Equal("PUNCH peer.example (203.0.113.7:6311, [2001:db8::7]:6311) from port 6311\n", AsText().Begin().Output.Text);

    [Fact]
    public void A_bound_address_is_named_in_the_first_line() =>
        Assert.EndsWith(") from 0.0.0.0:6311\n", AsText(options => options with { Bind = HostAddress.AnyV4 }).Begin().Output.Text);

    [Theory]
    [InlineData(0.0431, "0.043 ms")]
    [InlineData(1.874, "1.87 ms")]
    [InlineData(50.13, "50.1 ms")]
    [InlineData(214.4, "214 ms")]
    [InlineData(2500, "2500 ms")]
    public void A_message_shows_its_time_text_its_number_and_its_round_trip(double roundTrip, string printed) => Assert.Equal(
        $"Response from 203.0.113.7:40122 is 2026-11-22 14:23:01 +0000 seq=3 rtt={printed}\n",
        AsText().Event(Received(10, DatagramKind.Message, Message, 3, roundTrip), Message).Output.Text);

    [Theory]
    [InlineData(DatagramKind.Message, Message, "2026-11-22 14:23:01 +0000 seq=3")]
    [InlineData(DatagramKind.Plain, "2007-02-26 12:00:00 +0000", "2007-02-26 12:00:00 +0000")]
    [InlineData(DatagramKind.Plain, "\u001b]0;title\u0007", "\\x1b]0;title\\x07")]
    [InlineData(DatagramKind.Punch, "", "an empty punch")]
    [InlineData(DatagramKind.OtherVersion, "x punch/2 id=1", "x punch/2 id=1 (another version of punch)")]
    public void Received_messages_are_printed_like_those_of_the_original(DatagramKind kind, string datagram, string printed)
    {
        uint? sequence = kind == DatagramKind.Message ? 3 : null;

        Assert.Equal($"Response from 203.0.113.7:40122 is {printed}\n", AsText().Event(Received(10, kind, datagram, sequence), datagram).Output.Text);
    }

    [Fact]
    public void A_stranger_is_called_one() => Assert.Equal(
        "Response from 198.51.100.9:4000 is hi (a stranger: proves nothing)\n",
        AsText().Event(Received(10, DatagramKind.Stranger, "hi"), "hi").Output.Text);

    [Fact]
    public void The_time_text_of_a_message_is_escaped_too()
    {
        const string Evil = "\u001b[2J punch/1 id=5f0c9a77d1e2b340 seq=3";

        Assert.Equal("Response from 203.0.113.7:40122 is \\x1b[2J seq=3\n", AsText().Event(Received(1, DatagramKind.Message, Evil, 3), Evil).Output.Text);
    }

    [Fact]
    public void A_path_opens_moves_closes_and_opens_again() => Assert.Equal(
        """
        Path open after 214 ms: 203.0.113.7:6311, rtt 18.4 ms
        Path moved: 203.0.113.7:40122, rtt 20.0 ms, the peer's NAT moved port 6311 to 40122
        Path closed: 203.0.113.7:40122, silent for 10.02 s
        Path open again after 1.5 s: 203.0.113.7:40122, the peer's NAT moved port 6311 to 40122
        Path closed: 203.0.113.7:40122, the peer left
        """.ReplaceLineEndings("\n") + "\n",
        AsText()
            .Begin()
            .Event(Path(SessionEventKind.Opened, 214, roundTrip: 18.4))
            .Event(Path(SessionEventKind.Moved, 3_000, isMoved: true, roundTrip: 20))
            .Event(Closed(20_000, 10_020))
            .Event(Path(SessionEventKind.Opened, 21_500, isMoved: true, isReopened: true))
            .Event(Closed(30_000, 0))
            .Output.Text.Split('\n', 2)[1]);

    [Theory]
    [InlineData(6311, "the peer's NAT moved port 6311 to 40122")]
    [InlineData(0, "the peer's NAT moved the port to 40122")]
    public void A_moved_port_is_reported_with_the_named_one_if_that_is_known(ushort named, string words)
    {
        SessionEvent opened = Path(SessionEventKind.Opened, 214, isMoved: true) with { NamedPort = named };

        Assert.EndsWith($": 203.0.113.7:40122, {words}\n", AsText().Begin().Event(opened).Output.Text);
        Assert.EndsWith($": 203.0.113.7:40122, over IPv4, {words}\n", MeetText().Begin().Event(opened).Output.Text);
    }

    [Fact]
    public void A_suspected_path_is_reported_unless_quiet()
    {
        var suspected = new SessionEvent { Kind = SessionEventKind.Suspected };

        Assert.Equal("The path is silent: looking for another", AsText().Begin().Event(suspected).Output.Lines[^1]);
        Assert.Equal("The path is silent: looking for another", MeetText().Begin().Event(suspected).Output.Lines[^1]);
        Assert.Single(AsText(options => options with { IsQuiet = true }).Begin().Event(suspected).Output.Lines);
    }

    [Fact]
    public void What_is_sent_is_shown_on_request_only()
    {
        Assert.Empty(AsText().Event(Sent(0, DatagramKind.Punch)).Event(Sent(0, sequence: 1)).Output.Text);
        Assert.Equal(
            "Sent to 203.0.113.7:6311: an empty punch\nSent to 203.0.113.7:6311: seq=1, 112 bytes\n",
            AsText(options => options with { Verbosity = 1 }).Begin().Event(Sent(0, DatagramKind.Punch)).Event(Sent(0, sequence: 1)).Output.Text.Split('\n', 2)[1]);
        Assert.Equal(
            "Sent to 203.0.113.7:6400: seq=2, 112 bytes, from port 6400, ttl=4\n",
            AsText(options => options with { Verbosity = 1 })
                .Begin()
                .Event(Sent(0, sequence: 2) with { Remote = Named with { Port = 6400 }, Local = Local with { Port = 6400 }, HopLimit = 4 })
                .Output.Text.Split('\n', 2)[1]);
    }

    [Fact]
    public void Statistics_read_like_those_of_ping() => Assert.Equal(
        """

        --- peer.example punch statistics ---
        sent 12, received 11, lost 0% out, 8.3% in, 1 duplicate, 2 reordered, 3 from strangers, 1 ICMP refusal, time 12.25 s
        two-way path to 203.0.113.7:40122, open after 214 ms, opened 2 times
        rtt min/avg/max/mdev = 17.904/18.601/19.402/0.512 ms, jitter 0.230 ms
        """.ReplaceLineEndings("\n") + "\n",
        AsText().Begin().End(GoodEnd).Output.Text.Split('\n', 2)[1]);

    [Fact]
    public void Data_has_a_line_of_its_own_in_the_statistics()
    {
        var statistics = new SessionStatistics
        {
            DataSent = new Volume(200, 230_000),
            DataReceived = new Volume(3, 20),
            DataOutbound = new Loss(200, 1),
            DataInbound = new Loss(4, 1),
        };

        Assert.Equal(
            "data sent 230000 bytes in 200, received 20 bytes in 3, lost 0.5% out, 25% in",
            AsText().Begin().End(GoodEnd with { Statistics = statistics }).Output.Lines[^1]);
    }

    [Fact]
    public void A_stream_that_waits_for_a_path_and_goes_on_is_reported()
    {
        IReadOnlyList<string> lines = AsText().Begin()
            .Event(new SessionEvent { Kind = SessionEventKind.StreamsSuspended })
            .Event(new SessionEvent { Kind = SessionEventKind.StreamsResumed, SilentFor = Ms(2_500) })
            .Output.Lines;

        Assert.Equal(["No path: what is under way waits for one", "Going on after 2.5 s without a path"], lines.TakeLast(2));
    }

    [Fact]
    public void The_end_of_the_peers_data_is_reported() => Assert.Equal(
        "The peer has sent all its data", AsText().Begin().Event(new SessionEvent { Kind = SessionEventKind.DataEnded, Remote = Named }).Output.Lines[^1]);

    [Fact]
    public void Both_commands_report_a_hand_over_unless_quiet()
    {
        const string Told = "Port 6311 and the path to 203.0.113.7:40122 go to so\\x1bcat";
        SessionEnd end = GoodEnd with { HandOver = new HandOverPath(new HandOverCommand("so\u001bcat", ["-u"]), Local, Moved) };

        Assert.Equal(Told, AsText().Begin().End(end).Output.Lines[^1]);
        Assert.Equal(Told, MeetText().Begin().End(end).Output.Lines[^1]);
        Assert.DoesNotContain("go to", MeetText(options => options with { IsQuiet = true }).Begin().End(end).Output.Text);
    }

    [Theory]
    [InlineData(Verdict.Nothing, "no two-way path: nothing heard")]
    [InlineData(Verdict.OneWay, "no two-way path: the way in works, nothing proves the way out")]
    public void Statistics_without_a_path_say_so(Verdict verdict, string line)
    {
        string[] lines = AsText().Begin().End(new SessionEnd { Exit = ExitCode.Interrupted, Verdict = verdict, Statistics = new SessionStatistics { Sent = 4 } }).Output.Lines;

        Assert.Equal(["--- peer.example punch statistics ---", "sent 4, received 0, time 0 ms", line], lines[1..]);
    }

    [Fact]
    public void A_failure_goes_to_stderr_and_one_before_the_start_leaves_stdout_empty()
    {
        SessionScript script = AsText().End(new SessionEnd
        {
            Exit = ExitCode.NoPath,
            Failure = new Failure(ExitCode.NoPath, "no_path", "no path") { Details = ["sent 4", "heard nothing"], Hint = "try again" },
        });

        Assert.Empty(script.Output.Text);
        Assert.Equal("punch: error: no path\npunch: sent 4\npunch: heard nothing\npunch: hint: try again\n", script.Error.Text);
    }

    [Fact]
    public void Quiet_prints_the_first_line_and_the_statistics_alone()
    {
        SessionScript script = AsText(options => options with { IsQuiet = true, Verbosity = 2 })
            .Begin()
            .Event(Sent(0, DatagramKind.Punch))
            .Event(Received(10, DatagramKind.Message, Message, 3, 1), Message)
            .Event(Received(10, DatagramKind.Plain, "x"), "x")
            .Event(Path(SessionEventKind.Opened, 214, roundTrip: 18.4))
            .Event(Closed(20_000, 10_020))
            .Advise("wait")
            .Event(Ended(20_000))
            .End(GoodEnd);

        Assert.Equal(5, script.Output.Lines.Length);
        Assert.Empty(script.Error.Text);
    }

    [Fact]
    public void Advice_goes_to_stderr()
    {
        SessionScript script = AsText().Advise("wait");

        Assert.Empty(script.Output.Text);
        Assert.Equal("punch: hint: wait\n", script.Error.Text);
    }

    [Theory]
    [InlineData(DatagramKind.Plain)]
    [InlineData(DatagramKind.Stranger)]
    [InlineData(DatagramKind.Punch)]
    [InlineData(DatagramKind.OtherVersion)]
    public void A_flood_is_shown_twenty_lines_a_second_and_then_counted(DatagramKind kind)
    {
        SessionScript script = AsText();
        for (int i = 0; i < 10_000; i++) { script.Event(Received(i * 0.2, kind, "x"), "x"); }

        script.Event(Ended(2_000));

        Assert.Equal(42, script.Output.Lines.Length);
        Assert.Equal("(4980 more datagrams not shown)", script.Output.Lines[20]);
        Assert.Equal("(4980 more datagrams not shown)", script.Output.Lines[41]);
    }

    [Fact]
    public void Held_back_lines_are_counted_with_the_next_event_of_any_kind()
    {
        SessionScript script = AsText();
        for (int i = 0; i < 25; i++) { script.Event(Received(i, DatagramKind.Stranger, "x"), "x"); }

        Assert.Equal(20, script.Output.Lines.Length);
        Assert.Equal("(5 more datagrams not shown)", script.Event(Sent(1_500, sequence: 2)).Output.Lines[20]);
    }

    [Fact]
    public void Messages_with_proof_are_never_held_back_and_those_that_may_be_forged_are()
    {
        SessionScript script = AsText();
        SessionScript forged = AsText();
        for (uint i = 0; i < 1_000; i++)
        {
            SessionEvent e = Received(i * 0.1, DatagramKind.Message, Message, i, 1);
            script.Event(e with { IsProof = true }, Message);
            forged.Event(e, Message);
        }

        Assert.Equal(1_000, script.Output.Lines.Length);
        Assert.Equal(20, forged.Output.Lines.Length);
    }

    [Fact]
    public void No_byte_of_a_datagram_makes_a_second_line_or_an_escape_sequence()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            var random = new SplitMix64(seed);
            byte[] bytes = new byte[1 + random.NextInt(1_500)];
            for (int i = 0; i < bytes.Length; i++) { bytes[i] = (byte)(random.Next() & 0xFF); }

            string output = AsText().Event(Received(0, DatagramKind.Plain, "x"), bytes).Output.Text;

            Assert.True(output.Count(char.IsControl) == 1 && output[^1] == '\n', $"seed {seed}");
        }
    }

    [Fact]
    public void Colour_marks_the_lines_about_the_path_and_changes_no_text()
    {
        SessionEvent opened = Path(SessionEventKind.Opened, 214, roundTrip: 18.4);

        string plain = AsText().Begin().Event(opened).Event(Closed(20_000, 10_020)).Output.Text;
        string coloured = AsText(colour: Colour.Ansi).Begin().Event(opened).Event(Closed(20_000, 10_020)).Output.Text;

        Assert.Contains("\u001b[32mPath open", coloured);
        Assert.Contains("\u001b[33mPath closed", coloured);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9]+m", ""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flood_of_messages_allocates_nothing(bool isQuiet)
    {
        PeerOptions options = Options(each => each with { IsQuiet = isQuiet, Verbosity = 1 });
        var presenter = new TextSessionPresenter(new NullSink(), new ErrorPrinter(new NullSink()), options, Colour.None, new LiveSession(LiveLine.None));
        byte[] bytes = Encoding.ASCII.GetBytes(Message);
        presenter.Begin(Start());
        Play(presenter, bytes, 100);

        Assert.Equal(0, Allocation.Fewest(() => Play(presenter, bytes, 1_000)));
    }

    private static void Play(TextSessionPresenter presenter, byte[] bytes, uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            presenter.Event(Received(i, DatagramKind.Message, Message, i, 1.5) with { Remote = Named }, bytes);
            presenter.Event(Sent(i, sequence: i), default);
        }
    }

    private sealed class NullSink : IByteSink
    {
        public bool IsClosed => false;

        public string? Error => null;

        public void Write(ReadOnlySpan<byte> bytes) { }
    }
}
