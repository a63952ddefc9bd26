using System.Globalization;
using System.Text.Json;
using Punch.Cli.Output;
using Punch.Cli.Reach;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;

namespace Punch.Cli.Meet;

/// <summary>For programs: one JSON object a line, as docs/json.md promises.</summary>
internal sealed class JsonMeetPresenter(IByteSink output, ErrorPrinter errors, PeerOptions? options) : IMeetPresenter
{
    private readonly JsonLines _lines = new(output);
    private readonly JsonPresenter _session = new(output, errors, options);
    private MeetStart? _start;

    private bool IsQuiet => options?.IsQuiet ?? false;

    /// <inheritdoc/>
    public void Begin(MeetStart start)
    {
        _start = start;
        _session.Continue(start.Session, TimeSpan.Zero);
        Utf8JsonWriter json = _lines.Open("listening"u8);
        json.WriteString("time"u8, start.Session.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteString("id"u8, start.Session.Id.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteString("server"u8, start.Server);
        json.WriteStrings("local"u8, start.Session.Locals.Select(local => local.ToString()));
        json.WriteStrings("servers"u8, start.Servers.Select(server => server.ToString()));
        _lines.Close();
        if (start.NewCode is null) { return; }

        json = _lines.Open("code"u8);
        json.WriteString("code"u8, start.NewCode);
        json.WriteString("command"u8, start.Command);
        _lines.Close();
    }

    /// <inheritdoc/>
    public void Event(in MeetEvent e, ReadOnlySpan<byte> datagram)
    {
        if (e.Kind == MeetEventKind.PeerFound && e.Round == 0) { _session.Continue(_start!.Session, e.Elapsed); }

        if (e.Kind == MeetEventKind.Peer) { _session.Event(e.Peer, datagram); }
        else if (e.Kind != MeetEventKind.Ended && !(IsQuiet && e.Kind == MeetEventKind.Trying)) { Tell(e); }
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!IsQuiet) { errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void End(MeetEnd end) => _session.End(end.Session, json => WriteOutcome(json, end.Outcome));

    private void Tell(in MeetEvent e)
    {
        Utf8JsonWriter json = _lines.Open(MeetNames.Of(e.Kind));
        json.WriteTime("at_ms"u8, e.Elapsed);
        switch (e.Kind)
        {
            case MeetEventKind.ServerAnswered:
                WriteServer(e, "answered"u8);
                json.WriteAddress("mapped"u8, e.Mapped);
                break;
            case MeetEventKind.ServerSilent:
                WriteServer(e, "silent"u8);
                break;
            case MeetEventKind.ServerBack:
                WriteServer(e, "back"u8);
                break;
            case MeetEventKind.ServerRefused:
                WriteServer(e, "refused"u8);
                json.WriteNumber("status"u8, (int)e.Code);
                break;
            case MeetEventKind.PeerFound:
                json.WriteNumber("addresses"u8, e.Candidates);
                json.WriteNumber("round"u8, e.Round);
                break;
            case MeetEventKind.Trying:
                json.WriteAddress("remote"u8, e.Remote);
                json.WriteString("path"u8, _start!.Session.PathName!(e.Remote));
                json.WriteNumber("local_port"u8, e.Local.Port);
                if (e.HopLimit > 0) { json.WriteNumber("ttl"u8, e.HopLimit); }

                break;
            case MeetEventKind.FreshPort:
                json.WriteNumber("local_port"u8, e.Local.Port);
                json.WriteNumber("round"u8, e.Round);
                break;
            case MeetEventKind.PeerRejected:
                json.WriteString("reason"u8, MeetNames.Of(e.Rejection));
                break;
            default:
                break;
        }

        _lines.Close();
    }

    private void WriteServer(in MeetEvent e, ReadOnlySpan<byte> state)
    {
        _lines.Json.WriteString("server"u8, e.Server.ToString());
        _lines.Json.WriteString("state"u8, state);
    }

    private static void WriteOutcome(Utf8JsonWriter json, MeetOutcome? outcome)
    {
        json.WriteString("outcome"u8, MeetNames.Of(outcome?.Result ?? MeetResult.Undecided));
        json.WriteAddress("mapped"u8, outcome?.Mapped);
        json.WriteAddress("peer_mapped"u8, outcome?.PeerMapped);
        WriteNat(json, "nat"u8, outcome?.Own);
        WriteNat(json, "peer_nat"u8, outcome?.Peer);
        json.WriteNumber("rounds"u8, outcome?.Rounds ?? 0);
        json.WriteNumber("tried"u8, outcome?.Tried ?? 0);
    }

    private static void WriteNat(Utf8JsonWriter json, ReadOnlySpan<byte> name, HelloTraits? known)
    {
        HelloTraits nat = known ?? default;
        json.WriteStartObject(name);
        json.WriteString("mapping"u8, nat.HasNoNat ? "none"u8 : MeetNames.Of(nat.Mapping));
        json.WriteString("filtering"u8, MeetNames.Of(nat.Filtering));
        json.WriteEndObject();
    }
}
