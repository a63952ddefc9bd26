using System.Globalization;
using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;
using Xunit;

namespace Punch.Lab.Cells;

/// <summary>Data, and a path handed to another program, through the NATs of both sides.</summary>
[Trait("group", "carry")]
public sealed class CarryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static TheoryData<string, string> Cells { get; } = new()
    {
        { "port-preserving x port-preserving", "0 s" },
        { "port-preserving x firewall", "1 s" },
        { "symmetric-random x open", "0 s" },
        { "kernel-drop x kernel-drop", "1 s" },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void Socat_talks_both_ways_over_the_path_that_it_is_handed(string cell, string gap)
    {
        Prerequisites.NeedPunch();
        Assert.SkipUnless(Tool.Exists("socat"), "needs socat");
        const string Talk = "while sleep 0.2; do echo \"hello from $0\"; done | timeout 8 socat - udp:$PUNCH_REMOTE_HOST:$PUNCH_REMOTE_PORT,sourceport=$PUNCH_LOCAL_PORT";

        using CellRun run = Start(cell, gap, Handing(Talk, "A"), Handing(Talk, "B"));

        Assert.True(run.A.WaitForLine(line => line == "hello from B", Patience) is not null, run.Transcript());
        Assert.True(run.B.WaitForLine(line => line == "hello from A", Patience) is not null, run.Transcript());
        Assert.All(run.A.Output.Concat(run.B.Output), line => Assert.StartsWith("hello from ", line.Text));
    }

    [Fact]
    public void The_line_of_the_usage_page_makes_both_sides_talk()
    {
        Prerequisites.NeedPunch();
        Assert.SkipUnless(Tool.Exists("socat"), "needs socat");
        string line = File.ReadLines(Path.Combine(Prerequisites.Root, "docs", "usage.md"))
            .First(text => text.StartsWith("punch ", StringComparison.Ordinal) && text.Contains("socat", StringComparison.Ordinal));
        string options = line.Split(' ', 3)[2];

        using CellRun run = Start(
            "kernel-drop x port-preserving",
            "1 s",
            remote => Shell($"(echo hello from A; sleep 8) | timeout 15 $0 {remote} {options}", Prerequisites.Binary),
            remote => Shell($"(echo hello from B; sleep 8) | timeout 15 $0 {remote} {options}", Prerequisites.Binary));

        Assert.True(run.A.WaitForLine(text => text == "hello from B", Patience) is not null, run.Transcript());
        Assert.True(run.B.WaitForLine(text => text == "hello from A", Patience) is not null, run.Transcript());
    }

    [Fact]
    public void Netcat_receives_nothing_from_punch()
    {
        Prerequisites.NeedPunch();
        Assert.SkipUnless(Tool.Exists("nc"), "needs nc");
        const string Talk = "(sleep 1; echo \"hello from $0\"; sleep 3) | timeout 5 nc -u -p $PUNCH_LOCAL_PORT $PUNCH_REMOTE_HOST $PUNCH_REMOTE_PORT";

        using CellRun run = Start("port-preserving x port-preserving", "1 s", Handing(Talk, "A"), Handing(Talk, "B"));
        run.WaitForExits(Patience);

        Assert.True(run.A.Output.Select(line => line.Text).SequenceEqual(["hello from B"]), run.Transcript());
        Assert.True(run.B.Output.Select(line => line.Text).SequenceEqual(["hello from A"]), run.Transcript());
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_pipe_carries_every_byte_and_both_sides_end_with_0(string cell, string gap)
    {
        Prerequisites.NeedPunch();
        const int Lines = 5000;

        using CellRun run = Start(
            cell,
            gap,
            remote => Shell($"seq 1 {Lines} | $0 {remote} --pipe -w 30; echo exit $?", Prerequisites.Binary),
            remote => Shell($"$0 {remote} --pipe -w 30 </dev/null; echo exit $?", Prerequisites.Binary));
        run.WaitForExits(Patience);

        Assert.True(run.A.Output.Select(line => line.Text).SequenceEqual(["exit 0"]), run.Transcript());
        IEnumerable<string> expected = Enumerable.Range(1, Lines).Select(i => i.ToString(CultureInfo.InvariantCulture)).Append("exit 0");
        Assert.True(run.B.Output.Select(line => line.Text).SequenceEqual(expected), run.Transcript());
    }

    [Fact]
    public void A_pipe_that_loses_a_tenth_still_ends_on_both_sides_and_counts_what_was_lost()
    {
        Prerequisites.NeedPunch();

        using CellRun run = CellRun.Start(
            Cell.Named("port-preserving x port-preserving"),
            new CellOptions { Loss = 0.1 },
            remote => Shell($"seq 1 3000 | $0 {remote} --pipe -w 30", Prerequisites.Binary),
            remote => Shell($"$0 {remote} --pipe -w 30 </dev/null | wc -l", Prerequisites.Binary));
        run.WaitForExits(Patience);

        Assert.True(run.A.ExitCode == 1, run.Transcript());
        int received = int.Parse(run.B.Output[0].Text, CultureInfo.InvariantCulture);
        Assert.InRange(received, 2400, 2990);
        Assert.True(run.A.Errors.Any(line => line.Text.StartsWith("data sent 13893 bytes in 3000, ", StringComparison.Ordinal)), run.Transcript());
    }

    private static CellRun Start(string cell, string gap, Func<HostAddress, LabCommand> a, Func<HostAddress, LabCommand> b) =>
        CellRun.Start(Cell.Named(cell), new CellOptions { Gap = TimeSpan.FromSeconds(gap[0] - '0') }, a, b);

    private static Func<HostAddress, LabCommand> Handing(string script, string name) =>
        remote => new LabCommand(Prerequisites.Binary, [remote.ToString(), "-w", "20", "--", "sh", "-c", script, name]);

    private static LabCommand Shell(string script, string binary) => new("sh", ["-c", script, binary]);
}
