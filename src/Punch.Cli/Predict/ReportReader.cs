using System.Text.Json;
using Punch.Cli.Nat;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>Reads the findings of a report: the required fields, and the optional ones if they are there.</summary>
internal sealed class ReportReader(string source, JsonElement report)
{
    /// <summary>The mappings that it leaves possible.</summary>
    public IReadOnlyList<Mapping> Mappings() => Read("mapping", NatNames.Name, Enum.GetValues<Mapping>());

    /// <summary>The filters that it leaves possible.</summary>
    public IReadOnlyList<Filtering> Filterings() => Read("filtering", NatNames.Name, Enum.GetValues<Filtering>());

    /// <summary>The port allocations that it leaves possible. A block is simulated as its range of random ports.</summary>
    public IReadOnlyList<PortAllocation> Allocations() =>
        Read("allocation", NatNames.Name, [PortAllocation.Preserving, PortAllocation.Sequential, PortAllocation.Random]);

    /// <summary>The network without UDP whose ways to a server it names; none if no way works.</summary>
    public IEnumerable<NatPreset> Outlets()
    {
        if (!report.TryGetProperty("ways", out JsonElement ways) || ways.ValueKind != JsonValueKind.Array) { return []; }

        JsonElement[] open =
        [
            .. ways.EnumerateArray().Where(way => way.ValueKind == JsonValueKind.Object
                && way.TryGetProperty("reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.Null),
        ];
        JsonElement[] direct =
        [
            .. open.Where(way => !way.TryGetProperty("proxy", out JsonElement proxy) || proxy.ValueKind == JsonValueKind.Null),
        ];
        bool isTcpOpen = direct.Any(way => way.TryGetProperty("url", out JsonElement url) && IsTcp(url));
        return open.Length == 0 ? [] : [isTcpOpen ? NatPresets.UdpBlocked : direct.Length > 0 ? NatPresets.Only443 : NatPresets.OnlyProxy];
    }

    private static bool IsTcp(JsonElement url) =>
        url.ValueKind == JsonValueKind.String && url.GetRawText().StartsWith("\"tcp://", StringComparison.Ordinal);

    /// <summary>A simulated network with these traits.</summary>
    public NatPreset Access(NatTraits traits)
    {
        if (traits.Mapping == Mapping.None)
        {
            return traits.LetsAnybodyIn ? NatPresets.Open : NatPresets.Firewall with { Firewall = traits.Filtering };
        }

        bool holdsEarlyPackets = report.TryGetProperty("early_packets", out JsonElement early) && early.Is(EarlyPacket.Held.Name());
        if (holdsEarlyPackets && traits.IsPredictable && traits.Allocation == PortAllocation.Preserving) { return NatPresets.Linux; }

        var nat = new Simulation.NatOptions
        {
            Mapping = traits.Mapping,
            Filtering = traits.Filtering,
            FilterScope = traits.IsPredictable ? FilterScope.InsideEndpoint : FilterScope.Mapping,
            Allocation = traits.Allocation,
        };
        return new NatPreset { Name = source, Summary = "as reported", Nats = [WithNumbers(nat)] };
    }

    private Simulation.NatOptions WithNumbers(Simulation.NatOptions nat)
    {
        if (report.TryGetProperty("step", out JsonElement step)
            && step.ValueKind == JsonValueKind.Number
            && step.TryGetInt16(out short by)
            && by != 0)
        {
            nat = nat with { SequentialStep = by };
        }

        bool hasBlock = report.TryGetProperty("block", out JsonElement block)
            && block.ValueKind == JsonValueKind.Array
            && block.GetArrayLength() == 2
            && block.EnumerateArray().All(port => port.ValueKind == JsonValueKind.Number);
        if (!hasBlock || !block[0].TryGetUInt16(out ushort first) || !block[1].TryGetUInt16(out ushort last)) { return nat; }

        return first > 0 && first <= last ? nat with { FirstPort = first, LastPort = last } : nat;
    }

    private T[] Read<T>(string name, Func<T, string> word, T[] all)
    {
        JsonElement found = default;
        bool isThere = (report.TryGetProperty("possible", out JsonElement possible)
                && possible.ValueKind == JsonValueKind.Object
                && possible.TryGetProperty(name, out found))
            || report.TryGetProperty(name, out found);
        JsonElement[] words = !isThere ? [] : found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray()] : [found];
        if (words is [var only] && only.Is("unknown")) { return all; }

        T[] values = [.. all.Where(value => words.Any(each => each.Is(word(value))))];
        return values.Length > 0 && words.All(each => all.Any(value => each.Is(word(value))))
            ? values
            : throw NetworkReader.NoReport(source, $"says nothing known about '{name}'");
    }
}
