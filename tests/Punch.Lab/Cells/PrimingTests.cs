using Punch.Lab.Topology;
using Xunit;

namespace Punch.Lab.Cells;

/// <summary>Tests what punch learns from reports of expired primes.</summary>
public sealed class PrimingTests
{
    private static readonly LabCommand Nobody = new("sleep", "600");

    [Theory]
    [InlineData("linux")]
    [InlineData("linux-twice")]
    [InlineData("kernel-accept")]
    public void Punch_hears_from_a_router_beyond_its_own_NATs_where_a_prime_ended(string kind)
    {
        Prerequisites.NeedPunch();
        Cell cell = Cell.Named($"{kind} x open");

        // Two clock slots begin in that time. The first prime may expire between two NATs. Then the next goes further.
        using var run = CellRun.Start(cell, new CellOptions(), PunchPeer.With("-w", "10s", "-vvv"), _ => Nobody);
        run.A.WaitForExit(TimeSpan.FromSeconds(25));

        string[] reports = [.. run.A.Errors.Select(line => line.Text).Where(line => line.Contains("HopLimitExceeded", StringComparison.Ordinal))];
        Assert.True(reports.Any(report => report.Contains(" for 198.51.100.1:63", StringComparison.Ordinal) && report.Contains(" from 192.0.2.", StringComparison.Ordinal)), run.Transcript());
    }
}
