using Punch.Cli.Options;

namespace Punch.Cli.Predict;

/// <summary><c>punch predict</c>: predicts whether and how two networks will reach each other.</summary>
internal static class PredictCommand
{
    /// <summary>Parses the arguments, runs the prediction, and prints it.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (PredictTable.Parse(arguments, context.OpenInput))
        {
            case Request<PredictOptions>.Answer answer:
                return context.Print(answer.Text);
            case Request<PredictOptions>.Refuse refusal:
                return context.Refuse(refusal.Failure, refusal.IsJson);
            case Request<PredictOptions>.Perform predict:
                return Predict(predict.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Predict(PredictOptions options, CommandContext context)
    {
        Prediction introduced = Predictor.Make(options, Introduction.Server);
        Prediction byAddress = Predictor.Make(options, Introduction.Address);

        // Where a direct path always opens, nobody needs the relay.
        Prediction? relayed = introduced.Reachability == Reachability.Yes ? null : Predictor.Make(options, Introduction.Relay);
        ExitCode exit = introduced.Reachability == Reachability.Unknown ? ExitCode.NoPath : ExitCode.Success;
        if (options.SvgPath is { } path && Save(path, options, byAddress) is { } failure)
        {
            return context.Refuse(failure, options.IsJson);
        }

        var printer = new PredictPrinter(options, context.Output);
        if (options.IsJson)
        {
            printer.Json(introduced, byAddress, relayed, exit);
            return exit;
        }

        printer.Text(introduced, byAddress, relayed);
        if (options.Shows && CanDraw(options)) { printer.Picture(Draw(options, byAddress)); }

        return exit;
    }

    private static bool CanDraw(PredictOptions options) =>
        new[] { options.A, options.B }.All(side => side.Candidates.Count > 0 && !side.IsBlocked);

    private static Failure? Save(string path, PredictOptions options, Prediction byAddress)
    {
        if (!CanDraw(options)) { return Failure.Usage("there is nothing to draw: UDP is blocked"); }

        try
        {
            File.WriteAllText(path, LadderSvg.Of(Draw(options, byAddress), $"How {options.A.Name} and {options.B.Name} meet"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new Failure(ExitCode.Local, "unwritable", $"cannot write '{path}': {e.Message}");
        }
    }

    // The simpler run, if it opens.
    private static IReadOnlyList<string> Draw(PredictOptions options, Prediction byAddress)
    {
        Introduction introduction = byAddress.Reachability == Reachability.Yes ? Introduction.Address : Introduction.Server;
        return Ladder.Draw(options.A.Candidates[0], options.B.Candidates[0], introduction, seed: 1);
    }
}
