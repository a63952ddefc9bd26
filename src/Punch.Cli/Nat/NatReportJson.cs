using System.Text.Json;
using Punch.Cli.Output;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;

namespace Punch.Cli.Nat;

/// <summary>The fields of the last JSON line of <c>punch nat</c>, as listed in docs/json.md.</summary>
internal static class NatReportJson
{
    /// <summary>Writes the fields.</summary>
    /// <param name="json">The writer, inside the object.</param>
    /// <param name="report">The findings.</param>
    /// <param name="requirements">The requirements.</param>
    /// <param name="exit">The exit code of the process.</param>
    public static void Write(Utf8JsonWriter json, NatReport report, IReadOnlyList<NatRequirement> requirements, ExitCode exit)
    {
        FamilyReport primary = report.Primary;
        WriteFindings(json, primary);
        json.WriteString("udp"u8, report.Udp.Name());
        json.WriteStrings("public"u8, report.PublicAddresses.Select(address => address.ToString()));
        WriteVerdicts(json, report.Verdicts);
        json.WriteString("advice"u8, report.Advice.Name());
        json.WriteNumber("family"u8, primary.IsV6 ? 6 : 4);
        WriteFamily(json, "v4"u8, report.V4);
        WriteFamily(json, "v6"u8, report.V6);
        WriteServers(json, report.Servers);
        WriteRequirements(json, requirements, report);
        json.WriteTime("elapsed_ms"u8, report.Elapsed);
        json.WriteNumber("exit"u8, (int)exit);
    }

    /// <summary>Writes what is known besides UDP.</summary>
    public static void WriteOtherWays(Utf8JsonWriter json, NatEnd end)
    {
        if (end.Tcp is { } tcp)
        {
            json.WriteStartObject("tcp"u8);
            json.WriteString("server"u8, AddressText.Plain(tcp.Server));
            json.WriteString("state"u8, tcp.Mapped is null ? "failed"u8 : "open"u8);
            json.WriteAddress("mapped"u8, tcp.Mapped);
            if (tcp.IsPredictable is { } isPredictable) { json.WriteBoolean("predictable"u8, isPredictable); }
            else { json.WriteNull("predictable"u8); }

            json.WriteString("reason"u8, tcp.Failure);
            json.WriteEndObject();
        }

        json.WriteString("proxy"u8, end.Proxy);
        json.WriteStartArray("ways"u8);
        foreach (NatWay way in end.Ways)
        {
            json.WriteStartObject();
            json.WriteString("url"u8, way.Url);
            json.WriteString("proxy"u8, way.Proxy);
            json.WriteString("reason"u8, way.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter json, FamilyReport family)
    {
        WriteFinding(json, "mapping"u8, family.Mapping, NatNames.Name);
        WriteFinding(json, "filtering"u8, family.Filtering, NatNames.Name);
        WriteFinding(json, "allocation"u8, family.Allocation, NatNames.Name);
        json.WriteStartObject("possible"u8);
        json.WriteStrings("mapping"u8, family.Mapping.Candidates.Select(NatNames.Name));
        json.WriteStrings("filtering"u8, family.Filtering.Candidates.Select(NatNames.Name));
        json.WriteStrings("allocation"u8, family.Allocation.Candidates.Select(NatNames.Name).Distinct());
        json.WriteEndObject();
        json.WriteStartObject("why_unknown"u8);
        WriteReason(json, "mapping"u8, family.Mapping.Reason);
        WriteReason(json, "filtering"u8, family.Filtering.Reason);
        WriteReason(json, "allocation"u8, family.Allocation.Reason);
        WriteReason(json, "early_packets"u8, family.EarlyPackets.Reason);
        WriteReason(json, "hairpin"u8, family.Hairpin.Reason);
        WriteReason(json, "lifetime"u8, family.Lifetime is null ? family.LifetimeReason : UnknownReason.None);
        json.WriteEndObject();
        WriteNumbers(json, family);
        WriteFinding(json, "early_packets"u8, family.EarlyPackets, NatNames.Name);
        WriteFinding(json, "hairpin"u8, family.Hairpin, NatNames.Name);
        json.WriteStrings("carrier"u8, family.CarrierHints.Names());
        json.WriteBoolean("firewall"u8, family.IsFirewalled);
        json.WriteBoolean("rewritten"u8, family.IsRewritten);
        json.WriteAddress("local"u8, family.Local);
    }

    // One candidate: a string. Two: a list of both. More: "unknown".
    private static void WriteFinding<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, Finding<T> finding, Func<T, string> word)
        where T : struct, Enum
    {
        string[] words = [.. finding.Candidates.Select(word).Distinct()];
        bool isPair = words.Length == 2 && finding.Candidates.Count < Enum.GetValues<T>().Length;
        if (isPair) { json.WriteStrings(name, words); }
        else { json.WriteString(name, words.Length == 1 ? words[0] : "unknown"); }
    }

    private static void WriteReason(Utf8JsonWriter json, ReadOnlySpan<byte> name, UnknownReason reason)
    {
        if (reason != UnknownReason.None) { json.WriteString(name, reason.Name()); }
    }

    private static void WriteNumbers(Utf8JsonWriter json, FamilyReport family)
    {
        if (family.SequentialStep is { } step) { json.WriteNumber("step"u8, step); }

        if (family.Block is { } block)
        {
            json.WriteStartArray("block"u8);
            json.WriteNumberValue(block.First);
            json.WriteNumberValue(block.Last);
            json.WriteEndArray();
        }

        if (family.Lifetime is not { } lifetime) { return; }

        json.WriteStartObject("lifetime"u8);
        json.WriteTime("alive_ms"u8, lifetime.Alive);
        json.WriteTime("dead_ms"u8, lifetime.Dead);
        json.WriteEndObject();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, IReadOnlyList<PeerVerdict> verdicts)
    {
        json.WriteStartArray("verdict"u8);
        foreach (PeerVerdict verdict in verdicts)
        {
            json.WriteStartObject();
            json.WriteString("peer"u8, verdict.Peer.Name());
            json.WriteString("direct"u8, verdict.Direct.Name());
            if (verdict.RestsOn != NatFindings.None) { json.WriteStrings("rests_on"u8, verdict.RestsOn.Names()); }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFamily(Utf8JsonWriter json, ReadOnlySpan<byte> name, FamilyReport? family)
    {
        if (family is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("udp"u8, family.Udp.Name());
        WriteFindings(json, family);
        json.WriteStrings("public"u8, family.PublicAddresses.Select(address => address.ToString()));
        json.WriteStrings("public_hosts"u8, family.PublicHosts.Select(host => host.ToString()));
        json.WriteEndObject();
    }

    private static void WriteServers(Utf8JsonWriter json, IReadOnlyList<ServerReport> servers)
    {
        json.WriteStartArray("servers"u8);
        foreach (ServerReport server in servers)
        {
            json.WriteStartObject();
            json.WriteString("server"u8, server.Address.ToString());
            json.WriteString("state"u8, server.State.Name());
            json.WriteAddress("mapped"u8, server.Mapped);
            json.WriteTime("rtt_ms"u8, server.RoundTrip);
            json.WriteAddress("other"u8, server.Other);
            json.WriteBoolean("lead"u8, server.IsLead);
            json.WriteBoolean("left_out"u8, server.IsLeftOut);
            json.WriteCame(server.Unusable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRequirements(Utf8JsonWriter json, IReadOnlyList<NatRequirement> requirements, NatReport report)
    {
        json.WriteStartArray("require"u8);
        foreach (NatRequirement requirement in requirements)
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, requirement.Word);
            json.WriteString("met"u8, requirement.Judge(report).Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
