using System.Text.Json;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Cli.Nat;

/// <summary>For programs: one JSON object a line, as described in docs/json.md.</summary>
internal sealed class JsonNatPresenter(IByteSink output, ErrorPrinter errors, NatOptions options) : INatPresenter
{
    private readonly JsonLines _lines = new(output);

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<TransportAddress> servers)
    {
        Utf8JsonWriter json = _lines.Open("asking"u8);
        json.WriteStrings("servers"u8, servers.Select(server => server.ToString()));
        _lines.Close();
    }

    /// <inheritdoc/>
    public void Event(in DiscoveryEvent e)
    {
        if (options.IsQuiet || e.Kind == DiscoveryEventKind.Completed) { return; }

        Utf8JsonWriter json = _lines.Open(e.Kind switch
        {
            DiscoveryEventKind.ServerAnswered or DiscoveryEventKind.ServerRefused => "server"u8,
            DiscoveryEventKind.ServerUnusable or DiscoveryEventKind.ServerSilent => "server"u8,
            DiscoveryEventKind.TestsBegan => "testing"u8,
            _ => "lifetime"u8,
        });
        json.WriteTime("at_ms"u8, e.Elapsed);
        json.WriteString("server"u8, e.Server.ToString());
        switch (e.Kind)
        {
            case DiscoveryEventKind.ServerAnswered:
                json.WriteString("state"u8, ServerState.Answered.Name());
                json.WriteAddress("mapped"u8, e.Mapped);
                json.WriteTime("rtt_ms"u8, e.RoundTrip);
                break;
            case DiscoveryEventKind.ServerRefused:
                json.WriteString("state"u8, ServerState.Refused.Name());
                json.WriteCame(e.Unusable);
                break;
            case DiscoveryEventKind.ServerUnusable:
                json.WriteString("state"u8, ServerState.Unusable.Name());
                json.WriteCame(e.Unusable);
                break;
            case DiscoveryEventKind.ServerSilent:
                json.WriteString("state"u8, ServerState.Silent.Name());
                break;
            case DiscoveryEventKind.MappingAlive:
            case DiscoveryEventKind.MappingDead:
                json.WriteTime("waited_ms"u8, e.Waited);
                json.WriteBoolean("alive"u8, e.Kind == DiscoveryEventKind.MappingAlive);
                break;
            default:
                break;
        }

        _lines.Close();
    }

    /// <inheritdoc/>
    public void End(NatEnd end)
    {
        if (end.Failure is { } failure)
        {
            _lines.Error(failure);
            errors.Fail(failure);
        }

        if (end.Report is not { } report) { return; }

        Utf8JsonWriter json = _lines.Open("report"u8);
        NatReportJson.Write(json, report, options.Requirements, end.Exit);
        NatReportJson.WriteOtherWays(json, end);
        _lines.Close();
    }
}
