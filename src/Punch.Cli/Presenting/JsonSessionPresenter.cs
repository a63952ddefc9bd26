using System.Globalization;
using System.Text.Json;
using Punch.Cli.Copy;
using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Presenting;

/// <summary>For programs: one JSON object a line, as described in docs/json.md.</summary>
internal sealed class JsonSessionPresenter : ISessionPresenter
{
    private readonly JsonLines _lines;
    private readonly ErrorPrinter _errors;
    private readonly bool _isQuiet;
    private readonly Utf8JsonWriter _json;
    private readonly AddressText _addresses = new();
    private readonly JsonTraffic _traffic;
    private readonly JsonMeeting _meeting;
    private PathKinds? _kinds;
    private RelayNames? _relays;
    private TimeSpan _began;
    private TimeSpan _closedAt;

    /// <summary>Creates a presenter.</summary>
    /// <param name="output">The destination of the objects.</param>
    /// <param name="errors">Also prints failures for people.</param>
    /// <param name="isQuiet">Whether to leave out single datagrams and tries.</param>
    public JsonSessionPresenter(IByteSink output, ErrorPrinter errors, bool isQuiet)
    {
        _lines = new JsonLines(output);
        _json = _lines.Json;
        _errors = errors;
        _isQuiet = isQuiet;
        _traffic = new JsonTraffic(_lines, _addresses);
        _meeting = new JsonMeeting(_lines);
        Copy = new JsonCopy(_lines, isQuiet);
    }

    /// <inheritdoc/>
    public ICopyPresenter Copy { get; }

    /// <inheritdoc/>
    public void Begin(SessionStart start)
    {
        _lines.Open("listening"u8);
        _json.WriteString("time"u8, start.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        _json.WriteString("id"u8, start.Id.ToString("x16", CultureInfo.InvariantCulture));
        if (start.Host.Length > 0) { _json.WriteString(start.IsByServer ? "server"u8 : "host"u8, start.Host); }

        WriteAddresses("local"u8, start.Locals);
        WriteAddresses(start.IsByServer ? "servers"u8 : "remote"u8, start.Remotes);
        if (start.Meeting is null) { _json.WriteTransport(start.Remotes[0]); }

        _lines.Close();
        if (start.Meeting is not { } meeting) { return; }

        _kinds = new PathKinds(meeting.Hosts);
        _relays = new RelayNames(start);
        _meeting.Begin(meeting);
    }

    /// <inheritdoc/>
    public void Event(in SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Sent or SessionEventKind.Received or SessionEventKind.Trying when _isQuiet:
            case SessionEventKind.Ended:
                break;
            case SessionEventKind.Sent:
                _traffic.Sent(e);
                break;
            case SessionEventKind.Received:
                _traffic.Received(e, datagram);
                break;
            case SessionEventKind.Opened:
            case SessionEventKind.Moved:
                Opened(e);
                break;
            case SessionEventKind.Suspected or SessionEventKind.StreamsSuspended:
                Open(e);
                _lines.Close();
                break;
            case SessionEventKind.StreamsResumed:
                Open(e);
                _json.WriteTime("ms"u8, e.SilentFor);
                _lines.Close();
                break;
            case SessionEventKind.Closed:
                Closed(e);
                break;
            case SessionEventKind.DataEnded:
                Open(e);
                _json.WriteString("remote"u8, _addresses.Of(e.Remote));
                _lines.Close();
                break;
            default:
                if (e is { Kind: SessionEventKind.PeerFound, Round: 0 }) { _began = e.Elapsed; }

                _meeting.Event(e);
                break;
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardEvent e, TimeSpan at)
    {
        bool isPort = e.Kind is ForwardEventKind.Listening or ForwardEventKind.ListenFailed;
        _lines.Open(isPort ? "forward"u8 : "connection"u8);
        _json.WriteTime("at_ms"u8, at);
        JsonForward.Write(_json, e);
        _lines.Close();
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!_isQuiet) { _errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void Report(TrafficReport report) => JsonReports.Write(_lines, report);

    /// <inheritdoc/>
    public void Report(StreamReport report) => JsonReports.Write(_lines, report);

    /// <inheritdoc/>
    public void End(SessionEnd end)
    {
        if (end.Failure is { } failure)
        {
            _lines.Error(failure);
            _errors.Fail(failure);
        }

        if (end.HandOver is { } handOver) { HandOver(handOver, end.Elapsed); }

        _lines.Open("summary"u8);
        JsonSummary.Write(_json, end, _traffic.TakeHeldBack());
        _lines.Close();
    }

    private void Open(in SessionEvent e)
    {
        _lines.Open(JsonNames.Of(e.Kind));
        _json.WriteTime("at_ms"u8, e.Elapsed);
    }

    private void Opened(in SessionEvent e)
    {
        Open(e);
        _json.WriteTime("after_ms"u8, e.Elapsed - (e.IsReopened ? _closedAt : _began));
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        _json.WriteTransport(e.Remote);
        if (e.RoundTrip is { } roundTrip) { _json.WriteTime("rtt_ms"u8, roundTrip); }

        _json.WriteNumber("local_port"u8, e.Local.Port);
        _json.WriteBoolean("moved"u8, e.IsMoved);
        _json.WriteBoolean("slot"u8, e.IsSlot);
        _json.WriteBoolean("reopened"u8, e.IsReopened);
        if (_kinds is { } kinds) { _json.WriteString("path"u8, kinds.Name(e.Remote)); }

        _json.WriteString("via"u8, JsonNames.OfWay(e.IsRelayed));
        if (e.IsRelayed && _relays is not null) { _json.WriteString("relayed_by"u8, _relays.Of(e.Remote)); }

        _lines.Close();
    }

    private void Closed(in SessionEvent e)
    {
        _closedAt = e.Elapsed;
        Open(e);
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        _json.WriteTime("silent_ms"u8, e.SilentFor);
        _json.WriteString("reason"u8, e.SilentFor == TimeSpan.Zero ? "left"u8 : "silent"u8);
        _lines.Close();
    }

    private void HandOver(HandOverPath path, TimeSpan at)
    {
        _lines.Open("handover"u8);
        _json.WriteTime("at_ms"u8, at);
        _json.WriteStrings("command"u8, [path.Command.Program, .. path.Command.Arguments]);
        _json.WriteNumber("local_port"u8, path.Local.Port);
        _json.WriteString("remote"u8, AddressText.Plain(path.Remote));
        _json.WriteTransport(path.Remote);
        _lines.Close();
    }

    private void WriteAddresses(ReadOnlySpan<byte> name, IReadOnlyList<TransportAddress> addresses) =>
        _json.WriteStrings(name, addresses.Select(AddressText.Plain));
}
