using Punch.Cli.Output;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class LiveLineTests : IDisposable
{
    private const string Erased = "\r\u001b[K";

    private readonly MemorySink _terminal = new();
    private readonly ManualTime _time = new();
    private readonly LiveLine _live;
    private bool _isForeground = true;

    public void Dispose() => _live.Dispose();

    public LiveLineTests() => _live = new LiveLine(_terminal, () => _isForeground, _time);

    [Fact]
    public void A_short_wait_draws_nothing()
    {
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromMilliseconds(499));
        _live.Hide();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("", _terminal.Text);
    }

    [Fact]
    public void A_wait_is_drawn_over_itself_with_its_time()
    {
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Drawn("| waiting") + Drawn("/ waiting") + Drawn("- waiting, 1 s"), _terminal.Text);
    }

    [Fact]
    public void A_printed_line_replaces_it_and_it_comes_back_below()
    {
        IByteSink output = _live.Under(_terminal);
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromMilliseconds(500));
        output.Write("a line\n"u8);
        output.Write("another\n"u8);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(Drawn("| waiting") + Erased + "a line\nanother\n" + Drawn("/ waiting"), _terminal.Text);
    }

    [Fact]
    public void Progress_is_asked_for_at_each_drawing_and_has_no_time_of_its_own()
    {
        int asked = 0;
        _live.Show("waiting");
        _live.Show(() => $"{++asked} MB");
        _time.Advance(TimeSpan.FromSeconds(1));
        _live.Show("waiting again");
        _time.Advance(TimeSpan.FromMilliseconds(250));
        _live.Hide();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Drawn("| 1 MB") + Drawn("/ 2 MB") + Drawn("- 3 MB") + Drawn("\\ waiting again") + Erased, _terminal.Text);
    }

    [Fact]
    public void A_session_with_a_pipe_shows_how_far_it_has_come_while_the_path_is_open()
    {
        var session = new LiveSession(_live) { Progress = () => "12 MB" };
        session.Event(new SessionEvent { Kind = SessionEventKind.Opened });
        _time.Advance(TimeSpan.FromMilliseconds(500));
        session.Event(new SessionEvent { Kind = SessionEventKind.Suspected });
        _time.Advance(TimeSpan.FromMilliseconds(250));
        session.Event(new SessionEvent { Kind = SessionEventKind.Moved });
        _time.Advance(TimeSpan.FromMilliseconds(250));
        session.End();

        Assert.Equal(Drawn("| 12 MB") + Drawn("/ looking for another path") + Drawn("- 12 MB") + Erased, _terminal.Text);
    }

    [Fact]
    public void It_does_not_cover_a_line_that_is_not_complete()
    {
        IByteSink output = _live.Under(_terminal);
        _live.Show("waiting");
        output.Write("half a "u8);
        _time.Advance(TimeSpan.FromSeconds(1));
        output.Write("line\n"u8);

        Assert.Equal("half a line\n", _terminal.Text);
    }

    [Fact]
    public void The_end_of_the_wait_erases_it()
    {
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _live.Hide();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Drawn("| waiting") + Erased, _terminal.Text);
    }

    [Fact]
    public void The_time_counts_anew_with_another_text_only()
    {
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromSeconds(2));
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.EndsWith(" waiting, 3 s\u001b[K\u001b[?7h", _terminal.Text, StringComparison.Ordinal);

        _live.Show("trying");
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.EndsWith(" trying\u001b[K\u001b[?7h", _terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_in_the_background_leaves_the_terminal_alone()
    {
        _isForeground = false;
        _live.Show("waiting");
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("", _terminal.Text);
    }

    [Fact]
    public void Without_a_terminal_the_output_is_passed_through()
    {
        Assert.Same(_terminal, LiveLine.None.Under(_terminal));
        LiveLine.None.Show("waiting");
    }

    [Fact]
    public void A_session_says_what_it_waits_for_and_stops_when_the_path_is_open()
    {
        var session = new LiveSession(_live);
        var start = new SessionStart
        {
            Host = "punch.example",
            Remotes = [TransportAddress.Parse("203.0.113.1:3478")],
            Locals = [TransportAddress.Parse("0.0.0.0:40122")],
            Id = 1,
            Time = DateTimeOffset.UnixEpoch,
            Meeting = new MeetingStart { Hosts = () => [] },
        };

        session.Begin(start);
        Assert.Equal("asking punch.example", Next());
        session.Event(new SessionEvent { Kind = SessionEventKind.Waiting });
        Assert.Equal("waiting for the other side", Next());
        session.Event(new SessionEvent { Kind = SessionEventKind.PeerFound, Candidates = 3 });
        Assert.Equal("trying 3 addresses", Next());
        session.Event(new SessionEvent { Kind = SessionEventKind.Opened });
        session.Event(new SessionEvent { Kind = SessionEventKind.ServerBack });
        Assert.Equal("", Next());
        session.Event(new SessionEvent { Kind = SessionEventKind.Suspected });
        Assert.Equal("looking for another path", Next());
        session.Event(new SessionEvent { Kind = SessionEventKind.Closed });
        Assert.Equal("waiting for the other side", Next());
        session.End();
        Assert.Equal("", Next());
    }

    private static string Drawn(string text) => $"\r\u001b[?7l{text}\u001b[K\u001b[?7h";

    /// <summary>The line half a second later.</summary>
    private string Next()
    {
        int before = _terminal.Text.Length;
        _time.Advance(TimeSpan.FromMilliseconds(500));
        string[] drawn = _terminal.Text[before..].Split("\u001b[?7l");
        return drawn[^1].Split("\u001b[K")[0] is [_, _, .. var text] ? text : "";
    }
}
