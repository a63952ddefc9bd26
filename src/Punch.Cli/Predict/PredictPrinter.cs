using System.Text.Json;
using Punch.Cli.Output;

namespace Punch.Cli.Predict;

/// <summary>Prints a prediction.</summary>
internal sealed class PredictPrinter(PredictOptions options, IByteSink output)
{
    private const int LabelWidth = 18;

    private readonly LineBuffer _line = new();

    /// <summary>Prints the text for people.</summary>
    public void Text(Prediction introduced, Prediction byAddress, Prediction? relayed)
    {
        // The names come from the command line.
        PrintableText.Append(_line, $"{options.A.Name} and {options.B.Name}: ");
        _line.Append(PredictText.Text(introduced.Reachability, relayed)).Flush(output);
        if (options.IsQuiet) { return; }

        Row("with a server", introduced.Reachability.Name(), introduced);
        if (relayed is { Runs: > 0 }) { Row("and its relay", PredictText.PathName(introduced.Reachability, relayed), relayed); }

        Row("by address alone", byAddress.Reachability.Name(), byAddress);
        string? why = introduced.Example is { } run ? PredictText.How(run) : PredictText.WhyNot(options);
        if (why is not null) { Row(introduced.Example is null ? "why not" : "how", why); }

        string[] restsOn = [.. PredictText.RestsOn(introduced)];
        if (restsOn.Length > 0) { Row("rests on", $"the unknown {string.Join(", ", restsOn.Select(Possessive))}"); }

        bool isMovedAlone = introduced is { Reachability: Reachability.Yes, Example.IsOverTcp: false };
        if (isMovedAlone && byAddress.Reachability is not (Reachability.Yes or Reachability.Unknown))
        {
            Row("note", "'by address alone' means punch <remote-host> on both sides. Each public port must be the one that was told.");
        }
    }

    /// <summary>Prints the JSON object.</summary>
    public void Json(Prediction introduced, Prediction byAddress, Prediction? relayed, ExitCode exit)
    {
        var lines = new JsonLines(output);
        Utf8JsonWriter json = lines.Open("prediction"u8);
        json.WriteString("a"u8, options.A.Name);
        json.WriteString("b"u8, options.B.Name);
        json.WriteString("direct"u8, introduced.Reachability.Name());
        json.WriteString("path"u8, PredictText.PathName(introduced.Reachability, relayed));
        json.WriteStrings("rests_on"u8, PredictText.RestsOn(introduced));
        Write(json, "with_server"u8, introduced);
        Write(json, relayed);
        Write(json, "by_address"u8, byAddress);
        json.WriteNumber("exit"u8, (int)exit);
        lines.Close();
    }

    /// <summary>Prints a picture.</summary>
    public void Picture(IReadOnlyList<string> lines)
    {
        _line.Flush(output);
        foreach (string line in lines) { _line.Append(line).Flush(output); }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Prediction prediction)
    {
        json.WriteStartObject(name);
        json.WriteString("direct"u8, prediction.Reachability.Name());
        json.WriteNumber("runs"u8, prediction.Runs);
        json.WriteNumber("opened"u8, prediction.Opened);
        json.WriteTime("open_after_ms"u8, prediction.TimeToOpen);
        json.WriteBoolean("over_tcp"u8, prediction.Example?.IsOverTcp ?? false);
        json.WriteAddress("a_found_b_at"u8, prediction.Example?.FoundByA);
        json.WriteAddress("b_found_a_at"u8, prediction.Example?.FoundByB);
        json.WriteStrings("rests_on"u8, PredictText.RestsOn(prediction));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Prediction? relayed)
    {
        if (relayed is null)
        {
            json.WriteNull("with_relay"u8);
            return;
        }

        json.WriteStartObject("with_relay"u8);
        json.WriteNumber("runs"u8, relayed.Runs);
        json.WriteNumber("opened"u8, relayed.Opened);
        json.WriteNumber("relayed"u8, relayed.Relayed);
        json.WriteTime("open_after_ms"u8, relayed.TimeToOpen);
        json.WriteEndObject();
    }

    private static string Possessive(string finding) => finding[0] == 'a' ? $"{finding[2..]} of A" : $"{finding[2..]} of B";

    private void Row(string label, string result, Prediction prediction)
    {
        _line.Append(label.PadRight(LabelWidth))
            .Append($" {result.PadRight(9)} {prediction.Opened} of {prediction.Runs} runs open");
        if (prediction.TimeToOpen is { } time) { _line.Append(", in the median after "u8).AppendWait(time); }

        _line.Flush(output);
    }

    private void Row(string label, string words) => new LabelledRows(_line, output, LabelWidth).Print(label, words);
}
