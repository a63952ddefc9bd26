using System.Globalization;
using Punch.Fuzz.Targets;

namespace Punch.Fuzz;

/// <summary>What a command line asks for: some targets, one after the other, for a time that they share.</summary>
internal static class Campaign
{
    private const string Usage = """
        dotnet run -c Release --project tests/Punch.Fuzz -- [options]
          --for TIME       30s, 10m, 1h over all targets; 1m unless given
          --target NAME    only this one
          --seed N         another sequence of inputs
          --runs N         stop each target after so many inputs
          --keep           write what takes new branches to the corpus in the repository
          --replay FILE    run one input of a target, and no more
        """;

    public static int Run(string[] args)
    {
        Coverage.Rest();
        Target[] targets = [.. Target.All];
        TimeSpan time = TimeSpan.FromMinutes(1);
        ulong seed = 1;
        long most = long.MaxValue;
        bool keeps = false;
        string? replay = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--for" when i + 1 < args.Length: time = Duration(args[++i]); break;
                case "--seed" when i + 1 < args.Length: seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--runs" when i + 1 < args.Length: most = long.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--target" when i + 1 < args.Length: targets = [.. targets.Where(target => target.Name == args[i + 1])]; i++; break;
                case "--replay" when i + 1 < args.Length: replay = args[++i]; break;
                case "--keep": keeps = true; break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        if (replay is null) { return Fuzz(targets, time, seed, most, keeps); }

        foreach (Target target in targets) { target.Run(File.ReadAllBytes(replay)); }

        return 0;
    }

    private static int Fuzz(Target[] targets, TimeSpan time, ulong seed, long most, bool keeps)
    {
        long executions = 0;
        int found = 0;
        foreach (Target target in targets)
        {
            var hunt = new Hunt(target, seed);
            bool isSound = hunt.Run(time * target.Share / targets.Sum(each => each.Share), most);
            found += isSound ? 0 : 1;
            executions += hunt.Executions;
            Console.WriteLine($"{target.Name,-10} {hunt.Executions,12:N0} inputs, {hunt.Branches,6:N0} branches, {hunt.Kept,5} kept");
            if (keeps && isSound) { hunt.Keep(); }
        }

        Console.WriteLine($"{executions:N0} inputs, {found} findings");
        return found == 0 ? 0 : 1;
    }

    private static TimeSpan Duration(string text)
    {
        double number = double.Parse(text.TrimEnd('s', 'm', 'h'), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromSeconds(number),
        };
    }
}
