using System.Text.Json;
using Punch.Protocol.Discovery;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>Reads one side: the name of a kind, or a file with the output of <c>punch nat --json</c>.</summary>
internal static class PartyReader
{
    /// <summary>A report has a few kilobytes; what is larger is none.</summary>
    private const int MaxFileBytes = 1 << 20;

    // What people call things, and what the kinds are called.
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["symmetric"] = "symmetric-random",
        ["apdm"] = "symmetric-random",
        ["home"] = "port-preserving",
        ["cgn"] = "carrier",
    };

    /// <summary>Reads one side.</summary>
    /// <exception cref="FailureException">It is neither a kind nor a report.</exception>
    public static Party Read(string word)
    {
        string name = Aliases.GetValueOrDefault(word, word);
        if (NatPresets.TryFind(name, out NatPreset? preset)) { return new Party(name, [new Candidate(TraitsOf(preset), preset)]); }

        if (!File.Exists(word)) { throw Refuse($"'{word}' is neither a kind of network nor a file", KindsHint); }

        return new Party(word, Candidates(word, LastObject(word)));
    }

    private static string KindsHint => $"kinds are {string.Join(", ", NatPresets.All.Select(preset => preset.Name))}; files come from 'punch nat --json'";

    private static NatTraits TraitsOf(NatPreset preset)
    {
        foreach (PeerKind kind in PeerKinds.All)
        {
            if (kind.Name() == preset.Name) { return kind.Traits(); }
        }

        return PeerKind.FullCone.Traits() with { Allocation = AllocationBehavior.Preserving };
    }

    /// <summary>The last line that is a JSON object, or the whole file when it is one that somebody has laid out over lines.</summary>
    private static JsonElement LastObject(string path)
    {
        string text = ReadText(path);
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
                // the next attempt, or the refusal below
            }
        }

        throw NoReport(path, "holds no JSON object");
    }

    private static string ReadText(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes) { throw NoReport(path, "is too large"); }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(ExitCode.Local, "unreadable", $"cannot read '{path}': {e.Message}"));
        }
    }

    private static Candidate[] Candidates(string path, JsonElement report)
    {
        if (!report.TryGetProperty("v", out JsonElement version) || version.ValueKind != JsonValueKind.Number || version.GetRawText() != "1")
        {
            throw NoReport(path, "is not of version 1");
        }

        if (report.TryGetProperty("udp", out JsonElement udp) && udp.ValueEquals("blocked")) { return []; }

        var reader = new ReportReader(path, report);
        return
        [
            .. from mapping in reader.Mappings()
               from filtering in reader.Filterings()
               from allocation in reader.Allocations()
               let traits = Normal(new NatTraits(mapping, filtering, allocation))
               group traits by traits into one
               select new Candidate(one.Key, reader.Access(one.Key)),
        ];
    }

    // Without a NAT an open filter is called none, and ports are kept; with one, an open filter is EIF.
    private static NatTraits Normal(NatTraits traits)
    {
        bool isTranslated = traits.Mapping != MappingBehavior.None;
        FilteringBehavior open = isTranslated ? FilteringBehavior.EndpointIndependent : FilteringBehavior.None;
        return traits with
        {
            Filtering = traits.LetsAnybodyIn ? open : traits.Filtering,
            Allocation = isTranslated ? traits.Allocation : AllocationBehavior.Preserving,
        };
    }

    /// <summary>The refusal of a file.</summary>
    internal static FailureException NoReport(string path, string why) => Refuse($"'{path}' is no report of 'punch nat --json': it {why}", KindsHint);

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
