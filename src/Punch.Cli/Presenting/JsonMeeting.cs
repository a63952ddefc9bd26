using System.Text.Json;
using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol.Candidates;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;

namespace Punch.Cli.Presenting;

/// <summary>
/// Writes the objects and fields about a meeting: how the two sides find each other, and what is known about their networks.
/// </summary>
internal sealed class JsonMeeting(JsonLines lines)
{
    private MeetingStart? _meeting;
    private PathKinds? _kinds;

    /// <summary>Writes the code and the command for the peer, if the code was made here.</summary>
    public void Begin(MeetingStart meeting)
    {
        _meeting = meeting;
        _kinds = new PathKinds(meeting.Hosts);
        if (meeting.NewCode is null) { return; }

        Utf8JsonWriter json = lines.Open("code"u8);
        json.WriteString("code"u8, meeting.NewCode);
        json.WriteString("command"u8, meeting.Command);
        lines.Close();
    }

    /// <summary>Writes an event.</summary>
    public void Event(in SessionEvent e)
    {
        Utf8JsonWriter json = lines.Open(JsonNames.Of(e.Kind));
        json.WriteTime("at_ms"u8, e.Elapsed);
        switch (e.Kind)
        {
            case SessionEventKind.ServerAnswered:
                WriteServer(e, "answered"u8);
                json.WriteAddress("mapped"u8, e.Mapped);
                break;
            case SessionEventKind.ServerSilent:
                WriteServer(e, "silent"u8);
                break;
            case SessionEventKind.ServerBack:
                WriteServer(e, "back"u8);
                break;
            case SessionEventKind.ServerRefused:
                WriteServer(e, "refused"u8);
                json.WriteNumber("status"u8, (int)e.Code);
                break;
            case SessionEventKind.ServerNarrow:
                WriteServer(e, "narrow"u8);
                break;
            case SessionEventKind.ServerUnusable:
                WriteServer(e, "unusable"u8);
                json.WriteCame(e.Unusable);
                break;
            case SessionEventKind.PeerFound:
                json.WriteNumber("addresses"u8, e.Candidates);
                json.WriteNumber("round"u8, e.Round);
                break;
            case SessionEventKind.Trying:
                json.WriteAddress("remote"u8, e.Remote);
                json.WriteTransport(e.Remote);
                json.WriteString("path"u8, _kinds!.Name(e.Remote));
                json.WriteString("via"u8, JsonNames.OfWay(e.CandidateKind == CandidateKind.Relayed));
                json.WriteNumber("local_port"u8, e.Local.Port);
                if (e.HopLimit > 0) { json.WriteNumber("ttl"u8, e.HopLimit); }

                break;
            case SessionEventKind.FreshPort:
                json.WriteNumber("local_port"u8, e.Local.Port);
                json.WriteNumber("round"u8, e.Round);
                break;
            case SessionEventKind.PeerRejected:
                json.WriteString("reason"u8, JsonNames.Of(e.Rejection));
                break;
            case SessionEventKind.RelayNotice:
                json.WriteString("server"u8, e.Remote.ToString());
                json.WriteString("reason"u8, JsonNames.Of(e.Relay));
                break;
            case SessionEventKind.TurnReady:
                WriteServer(e, "ready"u8);
                json.WriteAddress("relayed"u8, e.Mapped);
                break;
            case SessionEventKind.TurnFailed:
                WriteServer(e, e.Code == default ? "silent"u8 : "refused"u8);
                if (e.Code != default) { json.WriteNumber("status"u8, (int)e.Code); }

                if (e.Reason is not null) { json.WriteString("reason"u8, e.Reason); }

                break;
            case SessionEventKind.TurnForbidden:
                WriteServer(e, "forbidden"u8);
                json.WriteString("peer"u8, e.Mapped.Host.ToString());
                break;
            case SessionEventKind.Waiting:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        lines.Close();
    }

    /// <summary>Writes how the meeting ended.</summary>
    public static void WriteOutcome(Utf8JsonWriter json, SessionOutcome outcome)
    {
        json.WriteString("outcome"u8, JsonNames.Of(outcome.Result));
        json.WriteAddress("mapped"u8, outcome.Mapped);
        json.WriteAddress("peer_mapped"u8, outcome.PeerMapped);
        WriteNat(json, "nat"u8, outcome.Own);
        WriteNat(json, "peer_nat"u8, outcome.Peer);
        json.WriteNumber("rounds"u8, outcome.Rounds);
        json.WriteNumber("tried"u8, outcome.Tried);
        json.WriteStrings("untried"u8, outcome.Untried.Select(address => address.ToString()));
        json.WriteStartArray("ways"u8);
        foreach (WayOutcome way in outcome.Ways) { WriteWay(json, way); }

        json.WriteEndArray();
    }

    private static void WriteWay(Utf8JsonWriter json, in WayOutcome way)
    {
        json.WriteStartObject();
        json.WriteString("server"u8, AddressText.Plain(way.Address));
        json.WriteString("transport"u8, JsonNames.Of(way.Address.Transport));
        json.WriteString("reason"u8, way.Reason);
        json.WriteEndObject();
    }

    private void WriteServer(in SessionEvent e, ReadOnlySpan<byte> state)
    {
        lines.Json.WriteString("server"u8, AddressText.Plain(e.Remote));
        lines.Json.WriteString("state"u8, state);
        lines.Json.WriteString("transport"u8, JsonNames.Of(e.Remote.Transport));
        if (_meeting?.ProxyOf(e.Remote) is { } proxy) { lines.Json.WriteString("proxy"u8, proxy); }
    }

    private static void WriteNat(Utf8JsonWriter json, ReadOnlySpan<byte> name, HelloTraits nat)
    {
        json.WriteStartObject(name);
        json.WriteString("mapping"u8, nat.HasNoNat ? "none"u8 : JsonNames.Of(nat.Mapping));
        json.WriteString("filtering"u8, JsonNames.Of(nat.Filtering));
        json.WriteEndObject();
    }
}
