using System.Text.Json;

namespace Punch.Lab.Nat;

/// <summary>The last line of <c>punch nat --json</c>, read as docs/json.md describes it.</summary>
internal sealed class NatReportText
{
    private readonly JsonElement _report;

    private NatReportText(JsonElement report) => _report = report;

    /// <summary>Reads the line; null if it is not a report.</summary>
    public static NatReportText? Read(string? line)
    {
        if (line is null) { return null; }

        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString() == "report" ? new NatReportText(json.RootElement.Clone()) : null;
    }

    public string? Udp => _report.GetProperty("udp").GetString();

    public int Exit => _report.GetProperty("exit").GetInt32();

    public bool HasUnknownVerdict => _report.GetProperty("verdict").EnumerateArray().Any(verdict => verdict.GetProperty("direct").GetString() == "unknown");

    /// <summary>The public addresses of the tested socket.</summary>
    public string[] Public => Strings(_report.GetProperty("public"));

    /// <summary>The word of a finding, or its two words.</summary>
    public string[] Said(string finding)
    {
        JsonElement said = _report.GetProperty(finding);
        return said.ValueKind == JsonValueKind.Array ? Strings(said) : [said.GetString()!];
    }

    /// <summary>All candidates of a finding.</summary>
    public string[] Possible(string finding) => Strings(_report.GetProperty("possible").GetProperty(finding));

    /// <summary>A field as text, by its name or its path: <c>v6.mapping</c>.</summary>
    public string At(string path) => path.Split('.').Aggregate(_report, (json, name) => json.GetProperty(name)).ToString();

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];
}
