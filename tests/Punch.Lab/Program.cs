using Punch.Lab.Attacks;
using Punch.Lab.Cells;
using Punch.Lab.Figures;
using Punch.Lab.Meet;
using Punch.Lab.Nat;
using Punch.Lab.Topology;
using Punch.Protocol;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Punch.Lab;

/// <summary>
/// The commands besides the tests, for a person at a terminal: <c>cells</c>, <c>cell</c>, <c>figures</c> and so on. README.md shows them.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Contains("--server"))
        {
            return await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        }

        try
        {
            return arguments switch
            {
                ["cells"] => ListCells(),
                ["cell", string name, .. string[] rest] => RunCell(name, rest),
                ["figures", "early", .. string[] rest] => PrintFigures(FigureOptions.Parse(rest, FigureOptions.ForEarly), options => new EarlyTable(options).Print()),
                ["figures", "meet", .. string[] rest] => PrintMeetFigures(FigureOptions.Parse(rest, FigureOptions.ForMeet)),
                ["meet", string name, .. string[] rest] => RunMeeting(name, ParseOptions(rest)),
                ["scenario", string text] => RunScenarios(text),
                ["ice", string name] => RunIce(name),
                ["figures", "nat", .. string[] rest] => PrintNatFigures(rest),
                ["figures", "attacks", .. string[] rest] => PrintAttacks(rest),
                ["figures", .. string[] rest] => PrintFigures(FigureOptions.Parse(rest, new FigureOptions()), options => new FigureTable(options).Print()),
                _ => await ConsoleRunner.Run(arguments),
            };
        }
        catch (ArgumentException usage)
        {
            await Console.Error.WriteLineAsync($"punch lab: error: {usage.Message}");
            return 2;
        }
    }

    private static int ListCells()
    {
        foreach (Cell cell in Cell.All) { Console.WriteLine(cell.Name); }

        Console.WriteLine($"any KIND x KIND of: {string.Join(", ", HostKind.All.Select(kind => kind.Name))}");
        return 0;
    }

    /// <summary>Runs one cell and prints everything. It succeeded if both exit codes are 0.</summary>
    private static int RunCell(string name, string[] rest)
    {
        ThrowIf(Prerequisites.MissingForPunch);
        CellOptions options = ParseOptions(rest);
        Func<HostAddress, LabCommand> command = PunchPeer.OnceWithin(CellDeadline + options.Gap.Duration());
        using var run = CellRun.Start(Cell.Named(name), options, command, command);
        run.WaitForExits(CellDeadline * 2);
        Console.WriteLine(run.Transcript());
        return run.A.ExitCode == 0 && run.B.ExitCode == 0 ? 0 : 1;
    }

    // From the later start. Some clock slots in a row may fail.
    private static readonly TimeSpan CellDeadline = TimeSpan.FromSeconds(20);

    private static CellOptions ParseOptions(string[] rest) => rest switch
    {
        [] => new CellOptions(),
        ["--loss", string loss, .. string[] more] => ParseOptions(more) with { Loss = double.Parse(loss) },
        ["--seed", string seed, .. string[] more] => ParseOptions(more) with { Seed = ulong.Parse(seed) },
        ["--gap", string gap, .. string[] more] => ParseOptions(more) with { Gap = StartGap.Parse(gap) },
        ["--clocks", string difference, .. string[] more] => ParseOptions(more) with { ClockDifference = StartGap.Parse(difference) },
        _ => throw new ArgumentException($"'{rest[0]}' is not --gap SECONDS, --clocks SECONDS, --loss RATE or --seed N", nameof(rest)),
    };

    /// <summary>Runs one pair and prints everything. Returns whether the result is that of the matrix.</summary>
    private static int RunMeeting(string name, CellOptions options)
    {
        ThrowIf(Prerequisites.MissingForPunch);
        var trial = new MeetTrial(Cell.Named(name)) { Gap = options.Gap, Loss = options.Loss };
        MeetResult result = trial.Run(options.Seed);
        Console.WriteLine(result.Transcript);
        return result.Failure is null ? 0 : 1;
    }

    /// <summary>Runs every scenario of group meet with this text in its name, and prints everything.</summary>
    private static int RunScenarios(string text)
    {
        ThrowIf(Prerequisites.MissingForPunch);
        bool isRight = true;
        foreach (MeetScenario scenario in MeetScenario.All.Where(scenario => scenario.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
        {
            ScenarioResult result = scenario.Run(1);
            Console.WriteLine($"{scenario.Name}\n{result.Transcript}");
            isRight &= result.IsRight;
        }

        return isRight ? 0 : 1;
    }

    /// <summary>Runs the same with python3-aioice.</summary>
    private static int RunIce(string name)
    {
        ThrowIf(Prerequisites.MissingForPunch ?? Prerequisites.MissingForIce);
        IceResult result = IceTrial.Run(Cell.Named(name), seed: 1);
        Console.WriteLine(result.Transcript);
        return result.AreBothConnected ? 0 : 1;
    }

    private static int PrintMeetFigures(FigureOptions options)
    {
        ThrowIf(Prerequisites.MissingForPunch ?? (options.IceRuns > 0 ? Prerequisites.MissingForIce : null));
        return new MeetTable(options).Print();
    }

    private static int PrintFigures(FigureOptions options, Func<FigureOptions, int> print)
    {
        ThrowIf(Prerequisites.MissingForPunch ?? (options.OriginalRuns > 0 ? Prerequisites.MissingForOriginal : null));
        return print(options);
    }

    private static int PrintNatFigures(string[] rest)
    {
        ThrowIf(Prerequisites.MissingForPunch);
        return new NatFigures(NatFigureOptions.Parse(rest)).Print();
    }

    /// <summary>Prints a table of attacks. The arguments are the seconds of each, and which.</summary>
    private static int PrintAttacks(string[] rest)
    {
        ThrowIf(Prerequisites.MissingForPunch);
        return AttackTable.Print(TimeSpan.FromSeconds(rest is [string seconds, ..] ? int.Parse(seconds) : 60), rest is [_, string only] ? only : "");
    }

    private static void ThrowIf(string? missing)
    {
        if (missing is not null) { throw new ArgumentException(missing); }
    }
}
