using System.Globalization;
using System.Text;
using System.Text.Json;
using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>For programs: one JSON object a line, as docs/json.md promises.</summary>
internal sealed class JsonPresenter : IPresenter
{
    private readonly JsonLines _lines;
    private readonly ErrorPrinter _errors;
    private readonly PeerOptions? _options;
    private readonly Utf8JsonWriter _json;
    private readonly AddressText _addresses = new();
    private LineLimiter _limiter;
    private SessionStart? _start;
    private TimeSpan _began;
    private TimeSpan _closedAt;

    /// <summary>Creates a presenter.</summary>
    /// <param name="output">Where the objects go.</param>
    /// <param name="errors">Where people read of failures, too.</param>
    /// <param name="options">What was asked for; null when that could not be understood.</param>
    public JsonPresenter(IByteSink output, ErrorPrinter errors, PeerOptions? options)
    {
        _lines = new JsonLines(output);
        _json = _lines.Json;
        _errors = errors;
        _options = options;
    }

    private bool IsQuiet => _options?.IsQuiet ?? false;

    /// <inheritdoc/>
    public void Begin(SessionStart start)
    {
        _lines.Open("listening"u8);
        _json.WriteString("time"u8, start.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        _json.WriteString("id"u8, start.Id.ToString("x16", CultureInfo.InvariantCulture));
        _json.WriteString("host"u8, start.Host);
        WriteAddresses("local"u8, start.Locals);
        WriteAddresses("remote"u8, start.Remotes);
        _lines.Close();
    }

    /// <summary>Goes on with a session whose beginning was told elsewhere.</summary>
    /// <param name="start">What is known of it.</param>
    /// <param name="at">When the punching began: the time to the open path counts from there.</param>
    public void Continue(SessionStart start, TimeSpan at)
    {
        _start = start;
        _began = at;
    }

    /// <inheritdoc/>
    public void Event(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        switch (e.Kind)
        {
            case PeerEventKind.Sent:
                if (!IsQuiet) { Sent(e); }

                break;
            case PeerEventKind.Received:
                if (!IsQuiet) { Received(e, datagram); }

                break;
            case PeerEventKind.Opened:
            case PeerEventKind.Moved:
                Opened(e);
                break;
            case PeerEventKind.Closed:
                Closed(e);
                break;
            case PeerEventKind.DataEnded:
                DataEnded(e);
                break;
            case PeerEventKind.Ended:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!IsQuiet) { _errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void End(SessionEnd end) => End(end, _ => { });

    /// <summary>It is over.</summary>
    /// <param name="end">How.</param>
    /// <param name="addToSummary">Writes further fields of the last object.</param>
    public void End(SessionEnd end, Action<Utf8JsonWriter> addToSummary)
    {
        if (end.Failure is { } failure)
        {
            _lines.Error(failure);
            _errors.Fail(failure);
        }

        if (end.HandOver is { } handOver) { HandOver(handOver, end.Elapsed); }

        _lines.Open("summary"u8);
        JsonSummary.Write(_json, end, _limiter.TakeHeldBack());
        addToSummary(_json);
        _lines.Close();
    }

    private void Sent(in PeerEvent e)
    {
        _lines.Open("sent"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("to"u8, _addresses.Of(e.Remote));
        _json.WriteNumber("local_port"u8, e.Local.Port);
        WriteDatagram(e);
        if (e.HopLimit > 0) { _json.WriteNumber("ttl"u8, e.HopLimit); }

        _lines.Close();
    }

    private void Received(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        bool isShown = e.Datagram == DatagramKind.Message || _limiter.TryTake(e.Elapsed);
        if (!isShown) { return; }

        _lines.Open("received"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("from"u8, _addresses.Of(e.Remote));
        WriteDatagram(e);
        if (e.RoundTrip is { } roundTrip) { WriteTime("rtt_ms"u8, roundTrip); }

        if (e.Datagram != DatagramKind.Message && !datagram.IsEmpty) { WriteText(datagram); }

        if (e.Datagram != DatagramKind.Message && _limiter.TakeHeldBack() is > 0 and long count) { _json.WriteNumber("not_shown"u8, count); }

        _lines.Close();
    }

    private void Opened(in PeerEvent e)
    {
        _lines.Open("open"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        WriteTime("after_ms"u8, e.Elapsed - (e.IsReopened ? _closedAt : _began));
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        if (e.RoundTrip is { } roundTrip) { WriteTime("rtt_ms"u8, roundTrip); }

        _json.WriteNumber("local_port"u8, e.Local.Port);
        _json.WriteBoolean("moved"u8, e.IsMoved);
        _json.WriteBoolean("slot"u8, e.IsSlot);
        _json.WriteBoolean("reopened"u8, e.IsReopened);
        if (_start?.PathName is { } name) { _json.WriteString("path"u8, name(e.Remote)); }

        _lines.Close();
    }

    private void Closed(in PeerEvent e)
    {
        _closedAt = e.Elapsed;
        _lines.Open("closed"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        WriteTime("silent_ms"u8, e.SilentFor);
        _json.WriteString("reason"u8, e.SilentFor == TimeSpan.Zero ? "left"u8 : "silent"u8);
        _lines.Close();
    }

    private void DataEnded(in PeerEvent e)
    {
        _lines.Open("eof"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        _lines.Close();
    }

    private void HandOver(HandOverPath path, TimeSpan at)
    {
        _lines.Open("handover"u8);
        WriteTime("at_ms"u8, at);
        _json.WriteStrings("command"u8, [path.Command.Program, .. path.Command.Arguments]);
        _json.WriteNumber("local_port"u8, path.Local.Port);
        _json.WriteString("remote"u8, path.Remote.ToString());
        _lines.Close();
    }

    private void WriteDatagram(in PeerEvent e)
    {
        _json.WriteString("kind"u8, e.Datagram switch
        {
            DatagramKind.Message => "message"u8,
            DatagramKind.Punch => "punch"u8,
            DatagramKind.Plain => "plain"u8,
            DatagramKind.Data => "data"u8,
            DatagramKind.OtherVersion => "other-version"u8,
            DatagramKind.Stranger => "stranger"u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        _json.WriteNumber("bytes"u8, e.Bytes);
        if (e.Sequence is { } sequence) { _json.WriteNumber("seq"u8, sequence); }
    }

    private void WriteText(ReadOnlySpan<byte> datagram)
    {
        // Through a string, since the writer refuses invalid UTF-8 where a decoder replaces it.
        _json.WriteString("text"u8, Encoding.UTF8.GetString(datagram[..Math.Min(datagram.Length, PrintableText.MaxBytes)]));
        if (datagram.Length > PrintableText.MaxBytes) { _json.WriteBoolean("truncated"u8, true); }
    }

    private void WriteAddresses(ReadOnlySpan<byte> name, IReadOnlyList<TransportAddress> addresses)
    {
        _json.WriteStartArray(name);
        foreach (TransportAddress address in addresses) { _json.WriteStringValue(address.ToString()); }

        _json.WriteEndArray();
    }

    private void WriteTime(ReadOnlySpan<byte> name, TimeSpan time) => _json.WriteNumber(name, JsonValues.Milliseconds(time));
}
