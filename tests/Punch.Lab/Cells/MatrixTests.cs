using Punch.Lab.Topology;
using Xunit;

namespace Punch.Lab.Cells;

/// <summary>Two processes of the binary that know each other's address must both prove the path and both end with success.</summary>
public sealed class MatrixTests
{
    public static TheoryData<string, StartOrder> Cells { get; } =
        [.. Rows("1", Cell.Group1), .. Rows("2", Cell.Group2), .. Rows("v6", Cell.V6), .. Rows("kernel", Cell.Kernel)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Both_sides_prove_the_path_and_end_with_success(string cell, StartOrder order)
    {
        Prerequisites.NeedPunch();

        using var run = CellRun.Start(Cell.Named(cell), new CellOptions { Gap = order.Gap() }, PunchPeer.OnceWithin20Seconds, PunchPeer.OnceWithin20Seconds);
        run.WaitForExits(TimeSpan.FromSeconds(25));

        AssertProven(run);
    }

    /// <summary>Asserts that both sides have proven the path and ended with success.</summary>
    internal static void AssertProven(CellRun run)
    {
        AssertProven(run, run.A);
        AssertProven(run, run.B);
    }

    private static void AssertProven(CellRun run, LabProcess side)
    {
        Assert.True(side.ExitCode == 0, run.Transcript());
        Assert.True(PunchPeer.OpenedAt(side) is not null, run.Transcript());
        Assert.True(PunchPeer.EventOf(side.Output[^1].Text) == "summary", run.Transcript());
    }

    private static IEnumerable<TheoryDataRow<string, StartOrder>> Rows(string name, IEnumerable<Cell> cells) =>
        from cell in cells
        from order in Enum.GetValues<StartOrder>()
        select new TheoryDataRow<string, StartOrder>(cell.Name, order).WithTrait("cell", cell.Name).WithTrait("group", name);
}
