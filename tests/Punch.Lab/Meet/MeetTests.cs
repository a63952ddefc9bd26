using Punch.Lab.Cells;
using Xunit;

namespace Punch.Lab.Meet;

/// <summary>Two processes of the binary that share a code and a server, for every pair of networks.</summary>
public sealed class MeetTests(MeetRuns runs) : IClassFixture<MeetRuns>
{
    public static TheoryData<string> Pairs { get; } =
    [
        .. MeetTrials.All.Select(
            trial => new TheoryDataRow<string>(trial.Name).WithTrait("cell", trial.Cell.Name).WithTrait("group", "meet")),
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_pair_meets_directly_wherever_no_port_has_to_be_guessed_and_else_over_the_relay(string trial)
    {
        Prerequisites.NeedTinyproxy();

        string? failure = await runs.FailureOf(trial);

        Assert.True(failure is null, failure);
    }

    public static TheoryData<string> Scenarios { get; } =
        [.. MeetScenario.All.Select(scenario => new TheoryDataRow<string>(scenario.Name).WithTrait("group", "meet"))];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_meeting_survives(string scenario)
    {
        Prerequisites.NeedConntrack();

        string? failure = await runs.FailureOf(scenario);

        Assert.True(failure is null, failure);
    }

    [Theory]
    [InlineData("port-restricted x port-restricted")]
    public void The_ICE_library_that_figures_compare_with_connects_here(string cell)
    {
        Prerequisites.NeedIce();

        IceResult result = IceTrial.Run(Cell.Named(cell), seed: 1);

        Assert.True(result.AreBothConnected, result.Transcript);
    }
}
