using Xunit;

namespace Punch.Lab.Tcp;

/// <summary><c>punch host --tcp</c> on both sides, through the kernel's own NAT and firewall.</summary>
[Trait("group", "tcp")]
public sealed class TcpTests
{
    private const int Runs = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<TcpDoor, TcpDoor> Quick =>
    [
        .. from a in Doors(TcpDoor.HomeRefuses) from b in Doors(TcpDoor.HomeRefuses) where a <= b select new TheoryDataRow<TcpDoor, TcpDoor>(a, b),
    ];

    public static TheoryData<TcpDoor> Refusing => [TcpDoor.Open, TcpDoor.Firewall, TcpDoor.HomeDrops, TcpDoor.HomeRefuses];

    [Theory]
    [MemberData(nameof(Quick))]
    public void Where_nothing_answers_with_RST_both_sides_prove_the_path_soon_after_the_later_start(TcpDoor a, TcpDoor b)
    {
        Prerequisites.NeedPunch();
        List<double> times = RunAll(a, b, Patience);

        times.Sort();
        Assert.True(times[Runs / 2] <= 3, $"{a} x {b}: {string.Join(", ", times.Select(time => $"{time:F1}"))} round trips");
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void A_router_that_answers_with_RST_costs_attempts_or_is_named_in_the_end(TcpDoor other)
    {
        Prerequisites.NeedPunch();
        for (int i = 0; i < Runs; i++)
        {
            using var run = new TcpRun(TcpDoor.HomeRefuses, other, Gap(i), "-c", "1", "-w", "10");
            Assert.True(run.WaitForExits(Patience), run.Transcript());

            bool isOpen = run.Sides.All(side => side.ExitCode == 0);
            bool isExplained = run.Sides.All(side => side.ExitCode == 1 && side.Errors.Any(line => IsReason(line.Text)));
            Assert.True(isOpen || isExplained, run.Transcript());
        }
    }

    private static TcpDoor[] Doors(TcpDoor below) => [.. Enum.GetValues<TcpDoor>().Where(door => door < below)];

    // Spread over 0 to 2 s.
    private static TimeSpan Gap(int run) => TimeSpan.FromSeconds(2) * run / (Runs - 1);

    private static bool IsReason(string line) => line.Contains("over TCP", StringComparison.Ordinal) && line.Contains("refused", StringComparison.Ordinal);

    private static List<double> RunAll(TcpDoor a, TcpDoor b, TimeSpan patience)
    {
        var times = new List<double>(Runs);
        for (int i = 0; i < Runs; i++)
        {
            using var run = new TcpRun(a, b, Gap(i), "-c", "1", "-w", "10");
            Assert.True(run.WaitForExits(patience), run.Transcript());
            Assert.True(run.Sides.All(side => side.ExitCode == 0), run.Transcript());
            times.Add(run.RoundTripsToProof!.Value);
        }

        return times;
    }
}
