using System.Text.Json;
using Punch.Cli.Pipe;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>Reads one side: the name of a kind, or the output of <c>punch nat --json</c> from a file or standard input.</summary>
internal static class NetworkReader
{
    /// <summary>Stands for standard input.</summary>
    public const string StandardInput = "-";

    // Common names, and the kinds that they stand for.
    private static readonly Dictionary<string, AccessKind> Aliases = new()
    {
        ["symmetric"] = AccessKind.SymmetricRandom,
        ["apdm"] = AccessKind.SymmetricRandom,
        ["home"] = AccessKind.PortPreserving,
        ["cgn"] = AccessKind.Carrier,
    };

    /// <summary>The other names of kinds.</summary>
    public static IEnumerable<string> AliasWords => Aliases.Keys;

    /// <summary>Reads one side.</summary>
    /// <param name="word">The word on the command line.</param>
    /// <param name="openInput">Opens standard input.</param>
    /// <exception cref="FailureException">The word is neither a kind nor a report.</exception>
    public static PredictedNetwork Read(string word, Func<IByteSource> openInput)
    {
        if (Aliases.TryGetValue(word, out AccessKind kind) || AccessKinds.TryFind(word, out kind))
        {
            return new PredictedNetwork(kind.Name(), [new PossibleNetwork(kind.Traits(), NatPresets.Of(kind))]);
        }

        if (NatPresets.Blocked.FirstOrDefault(preset => preset.Name == word) is { } blocked)
        {
            return new PredictedNetwork(word, [Blocked(blocked)]);
        }

        if (word == StandardInput)
        {
            JsonElement report = LastObject("standard input", ReportText.Read(openInput()));
            return new PredictedNetwork("standard input", Candidates("standard input", report));
        }

        if (!File.Exists(word)) { throw Refuse($"'{word}' is neither a kind of network nor a file", KindsHint); }

        return new PredictedNetwork(word, Candidates($"'{word}'", LastObject($"'{word}'", ReportText.Read(word))));
    }

    private static string KindsHint =>
        $"kinds are {string.Join(", ", NatPresets.All.Concat(NatPresets.Blocked).Select(each => each.Name))}; "
            + "files come from 'punch nat --json'";

    /// <summary>The last line that is a JSON object, or the whole text if it is one object on several lines.</summary>
    private static JsonElement LastObject(string source, string? text)
    {
        if (text is null) { throw NoReport(source, "is too large"); }

        string? last = text.Split('\n').LastOrDefault(line => line.AsSpan().Trim().Length > 0);
        foreach (string attempt in (string[])[last ?? "", text])
        {
            try
            {
                using var document = JsonDocument.Parse(attempt);
                if (document.RootElement.ValueKind == JsonValueKind.Object) { return document.RootElement.Clone(); }
            }
            catch (JsonException)
            {
                // the next attempt follows, or the refusal below
            }
        }

        throw NoReport(source, "holds no JSON object");
    }

    private static PossibleNetwork[] Candidates(string source, JsonElement report)
    {
        if (!report.TryGetProperty("v", out JsonElement version)
            || version.ValueKind != JsonValueKind.Number
            || version.GetRawText() != "1")
        {
            throw NoReport(source, "is not of version 1");
        }

        if (report.TryGetProperty("event", out JsonElement name) && !name.Is("report"))
        {
            throw NoReport(source, "ends before the report, as it does when 'punch nat' fails");
        }

        var reader = new ReportReader(source, report);
        if (report.TryGetProperty("udp", out JsonElement udp) && udp.Is("blocked")) { return [.. reader.Outlets().Select(Blocked)]; }

        return
        [
            .. from mapping in reader.Mappings()
               from filtering in reader.Filterings()
               from allocation in reader.Allocations()
               let traits = Normal(new NatTraits(mapping, filtering, allocation))
               group traits by traits into one
               select new PossibleNetwork(one.Key, reader.Access(one.Key)),
        ];
    }

    private static PossibleNetwork Blocked(NatPreset preset) => new(AccessKind.PortPreserving.Traits(), preset);

    // Without a NAT an open filter is "none", and ports are kept. With a NAT, an open filter is EIF.
    private static NatTraits Normal(NatTraits traits)
    {
        bool isTranslated = traits.Mapping != Mapping.None;
        Filtering open = isTranslated ? Filtering.EndpointIndependent : Filtering.None;
        return traits with
        {
            Filtering = traits.LetsAnybodyIn ? open : traits.Filtering,
            Allocation = isTranslated ? traits.Allocation : PortAllocation.Preserving,
        };
    }

    /// <summary>
    /// Whether the value is this word. A file may have any content, so it does not throw for half a character in a string, as unescaping
    /// does.
    /// </summary>
    internal static bool Is(this JsonElement element, string word) =>
        element.ValueKind == JsonValueKind.String && element.GetRawText().AsSpan()[1..^1].SequenceEqual(word);

    /// <summary>The refusal of a file.</summary>
    internal static FailureException NoReport(string source, string why) =>
        Refuse($"{source} is no report of 'punch nat --json': it {why}", "'punch nat --server <server> --json > FILE' makes one");

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
