using Punch.Lab.Topology;
using Punch.Protocol;
using Xunit;

namespace Punch.Lab.Cells;

/// <summary>The binary and the original program work together, as far as the original can.</summary>
public sealed class InteropTests
{
    private const string Cell = "port-preserving x port-preserving";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Fact]
    public void Two_originals_hear_each_other()
    {
        Prerequisites.NeedOriginal();

        using CellRun run = Start(StartOrder.AFirst, OriginalPeer.ForAMinute, OriginalPeer.ForAMinute);

        Assert.True(OriginalPeer.HeardAt(run.A, Patience) is not null, run.Transcript());
        Assert.True(OriginalPeer.HeardAt(run.B, Patience) is not null, run.Transcript());
    }

    [Fact]
    public void Against_the_original_punch_ends_with_1_at_its_deadline_and_both_print_what_the_other_sends()
    {
        Prerequisites.NeedPunch();
        Prerequisites.NeedOriginal();

        // punch starts first, so that the original's opening datagram reaches it. The interpreter of the original may start slowly.
        using CellRun run = Start(StartOrder.AFirst, PunchPeer.With("-w", "25s"), OriginalPeer.ForAMinute);
        run.A.WaitForExit(Patience + Patience);

        Assert.True(run.A.ExitCode == 1, run.Transcript());
        Assert.True(PunchPeer.OpenedAt(run.A) is null, run.Transcript());
        OutputLine? sending = run.B.WaitForLine(line => line.StartsWith("Sending ", StringComparison.Ordinal), Patience);
        Assert.True(sending is not null, run.Transcript());
        string sent = sending.Value.Text["Sending ".Length..];
        string message = sent[..sent.IndexOf(" to ", StringComparison.Ordinal)];
        Assert.True(run.A.Output.Any(line => PunchPeer.EventOf(line.Text) == "received" && line.Text.Contains(message, StringComparison.Ordinal)), run.Transcript());
        Assert.True(run.B.Output.Any(line => IsMessageFromA(line.Text)), run.Transcript());
    }

    [Fact]
    public void Against_the_original_one_way_is_success_where_it_is_enough()
    {
        Prerequisites.NeedPunch();
        Prerequisites.NeedOriginal();

        using CellRun run = Start(StartOrder.AFirst, PunchPeer.With("-c", "1", "-w", "15s", "--one-way-ok"), OriginalPeer.ForAMinute);
        run.A.WaitForExit(Patience);

        Assert.True(run.A.ExitCode == 0, run.Transcript());
    }

    private static bool IsMessageFromA(string line) =>
        line.StartsWith($"Response from {Side.A.V4}:6311 is ", StringComparison.Ordinal) && line.Contains(" punch/1 id=", StringComparison.Ordinal);

    private static CellRun Start(StartOrder order, Func<HostAddress, LabCommand> a, Func<HostAddress, LabCommand> b) =>
        CellRun.Start(Cells.Cell.Named(Cell), new CellOptions { Gap = order.Gap() }, a, b);
}
