using Xunit;

namespace Punch.Lab.Cells;

/// <summary>
/// Pairs with routers that hold early packets against the peer. Both sides must still prove the path, for any gap between the starts. The
/// runs mostly wait, so all of them run at once.
/// </summary>
public sealed class EarlyTests(EarlyRuns runs) : IClassFixture<EarlyRuns>
{
    public static TheoryData<string, int> Rows { get; } =
    [
        .. from cell in Cell.Early
           from gap in EarlyRuns.GapsOf(cell)
           select new TheoryDataRow<string, int>(cell.Name, (int)gap.TotalSeconds).WithTrait("cell", cell.Name).WithTrait("group", "early"),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Both_sides_prove_the_path_however_long_B_waited(string cell, int gap)
    {
        Prerequisites.NeedPunch();

        runs.AssertProven(new EarlyTrial(Cell.Named(cell), TimeSpan.FromSeconds(gap)));
    }

    public static TheoryData<string> ClockRows { get; } =
    [
        .. EarlyTrial.WithClocksApart.Select(
            trial => new TheoryDataRow<string>(trial.Name).WithTrait("cell", trial.Cell.Name).WithTrait("group", "early")),
    ];

    [Theory]
    [MemberData(nameof(ClockRows))]
    public void Both_sides_prove_the_path_with_wall_clocks_apart(string trial)
    {
        Prerequisites.NeedShiftedClock();

        runs.AssertProven(EarlyTrial.WithClocksApart.Single(candidate => candidate.Name == trial));
    }
}
