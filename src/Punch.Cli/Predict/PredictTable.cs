using Punch.Cli.Options;
using Punch.Cli.Pipe;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>The options of <c>punch predict</c>.</summary>
internal static class PredictTable
{
    private static readonly ValueOption<int> Seeds = new("n", ValueKinds.SmallNumber("a number of seeds", 1, PredictOptions.MaxSeeds))
    {
        Name = "--seeds",
        Letter = "-n",
        Help = "Runs of each variant; ports, waits and start times vary between runs",
        Default = PredictOptions.DefaultSeeds,
        DefaultText = $"{PredictOptions.DefaultSeeds}",
    };

    private static readonly FlagOption Show = new()
    {
        Name = "--show",
        Help = "Also draw one run: who sends what, and what each NAT does with it",
    };

    private static readonly ValueOption<string> Svg = new("file", ValueKinds.Word("a file"))
    {
        Name = "--svg",
        Completes = Completes.Files,
        Help = "Also draw it as an SVG picture into this file",
    };

    private static readonly FlagOption Quiet = new() { Name = "--quiet", Letter = "-q", Help = "Print only the answer" };

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Name = CommandName.Predict,
        Summary = "Predict whether and how two networks can reach each other, by running punch over two simulated networks.",
        Usage = ["punch predict <a> <b> [options]"],
        Description =
        [
            "Equal arguments give equal answers. What a report leaves unknown is run in every variant, "
                + "and the answer says what it depends on.",
        ],
        Operands = new OptionSection(
            "Arguments",
            new HelpEntry(
                "<a>, <b>", "A kind of network (below), or a file from 'punch nat --json'. '-' reads one report from standard input")),
        OperandWords = [.. NatPresets.All.Concat(NatPresets.Blocked).Select(preset => preset.Name), .. NetworkReader.AliasWords],
        OperandPlaces = [Completes.Files, Completes.Files],
        Sections =
        [
            new OptionSection(
                "Kinds of networks, easiest to reach first",
                new HelpEntry("open", "A public address"),
                new HelpEntry("firewall", "A public address behind a stateful firewall"),
                new HelpEntry("full-cone", "A NAT that lets anyone in"),
                new HelpEntry("full-cone-preserving", "The same, and it keeps the port number"),
                new HelpEntry("address-restricted", "A NAT that lets in hosts you have sent to"),
                new HelpEntry("port-restricted", "A NAT that lets in hosts and ports you have sent to"),
                new HelpEntry("port-preserving", "The same, and it keeps the port number: a typical home router (also: home)"),
                new HelpEntry("linux", "A Linux router that changes the port after an early packet"),
                new HelpEntry("carrier", "A home router behind a carrier's NAT (also: cgn)"),
                new HelpEntry("adm", "A NAT with another public port for each host"),
                new HelpEntry("symmetric-eif", "A NAT with another public port for each peer that lets anyone in"),
                new HelpEntry("symmetric-sequential", "A NAT with another public port for each peer, in sequence"),
                new HelpEntry("symmetric-random", "A NAT with another public port for each peer, at random (also: symmetric, apdm)"),
                new HelpEntry("udp-blocked", "A home router in a network that drops UDP"),
                new HelpEntry("only-443", "The same, and only TCP to port 443 passes"),
                new HelpEntry("only-proxy", "The same, and only an HTTP proxy is reached")),
            new OptionSection("Options", Seeds, Show, Svg, Quiet, CommonOptions.Json, CommonOptions.Version, CommonOptions.Help),
        ],
        Examples =
        [
            new HelpEntry("punch predict symmetric port-restricted", "Two kinds of networks"),
            new HelpEntry("punch predict port-restricted full-cone --show", "Draw how they meet"),
            new HelpEntry("punch predict home home --svg ladder.svg", "The same as a picture for a page"),
            new HelpEntry("punch predict here.json there.json", "Two reports"),
            new HelpEntry("ssh there punch nat -S stun.example --json | punch predict here.json -", "A report from another machine"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "Answered, whatever the answer"),
            new ExitMeaning(ExitCode.NoPath, "The answer depends on what a report leaves unknown"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage"),
            new ExitMeaning(ExitCode.Local, "A file cannot be read or written"),
        ],
    };

    /// <summary>Reads the arguments after <c>predict</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="openInput">Opens standard input, for a report from there.</param>
    public static Request<PredictOptions> Parse(IReadOnlyList<string> arguments, Func<IByteSource> openInput) =>
        Request<PredictOptions>.Parse(Spec, arguments, line => Read(line, openInput));

    private static PredictOptions Read(CommandLine line, Func<IByteSource> openInput)
    {
        IReadOnlyList<string> words = line.Operands;
        if (words.Count < 2) { throw Refuse(words.Count == 0 ? "no networks given" : "only one network given"); }

        if (words.Count > 2) { throw Refuse($"unexpected argument '{words[2]}'"); }

        if (line.Has(Show) && line.Has(CommonOptions.Json)) { throw Refuse("--show and --json cannot be used together"); }

        if (words.All(word => word == NetworkReader.StandardInput)) { throw Refuse("only one report can come from standard input"); }

        return new PredictOptions
        {
            A = NetworkReader.Read(words[0], openInput),
            B = NetworkReader.Read(words[1], openInput),
            Seeds = line.Get(Seeds),
            Shows = line.Has(Show),
            SvgPath = line.Get(Svg),
            IsJson = line.Has(CommonOptions.Json),
            IsQuiet = line.Has(Quiet),
        };
    }

    private static FailureException Refuse(string message) =>
        new(Failure.Usage(message, "usage: punch predict <a> <b>; 'punch predict --help' shows more"));
}
