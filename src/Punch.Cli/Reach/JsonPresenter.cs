using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>For programs: one JSON object a line, as docs/json.md promises.</summary>
#pragma warning disable CA1001 // The writer writes to memory and is flushed after every line: nothing is left to dispose of.
internal sealed class JsonPresenter : IPresenter
#pragma warning restore CA1001
{
    private readonly IByteSink _output;
    private readonly ErrorVoice _errors;
    private readonly ReachOptions? _options;
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly Utf8JsonWriter _json;
    private readonly AddressText _addresses = new();
    private LineLimiter _limiter;
    private TimeSpan _closedAt;

    /// <summary>Creates a presenter.</summary>
    /// <param name="output">Where the objects go.</param>
    /// <param name="errors">Where people read of failures, too.</param>
    /// <param name="options">What was asked for; null when that could not be understood.</param>
    public JsonPresenter(IByteSink output, ErrorVoice errors, ReachOptions? options)
    {
        _output = output;
        _errors = errors;
        _options = options;
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = AsciiJsonEncoder.Instance, SkipValidation = true });
    }

    private bool IsQuiet => _options?.IsQuiet ?? false;

    /// <inheritdoc/>
    public void Begin(SessionStart start)
    {
        Open("listening"u8);
        _json.WriteString("time"u8, start.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        _json.WriteString("id"u8, start.Id.ToString("x16", CultureInfo.InvariantCulture));
        _json.WriteString("host"u8, start.Host);
        WriteAddresses("local"u8, start.Locals);
        WriteAddresses("remote"u8, start.Remotes);
        Close();
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
    public void End(SessionEnd end)
    {
        if (end.Failure is { } failure)
        {
            Error(failure);
            _errors.Fail(failure);
        }

        Open("summary"u8);
        JsonSummary.Write(_json, end, _limiter.TakeHeldBack());
        Close();
    }

    private void Sent(in PeerEvent e)
    {
        Open("sent"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("to"u8, _addresses.Of(e.Remote));
        _json.WriteNumber("local_port"u8, e.Local.Port);
        WriteDatagram(e);
        if (e.HopLimit > 0) { _json.WriteNumber("ttl"u8, e.HopLimit); }

        Close();
    }

    private void Received(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        bool isShown = e.Datagram == DatagramKind.Message || _limiter.TryTake(e.Elapsed);
        if (!isShown) { return; }

        Open("received"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("from"u8, _addresses.Of(e.Remote));
        WriteDatagram(e);
        if (e.RoundTrip is { } roundTrip) { WriteTime("rtt_ms"u8, roundTrip); }

        if (e.Datagram != DatagramKind.Message && !datagram.IsEmpty) { WriteText(datagram); }

        if (e.Datagram != DatagramKind.Message && _limiter.TakeHeldBack() is > 0 and long count) { _json.WriteNumber("not_shown"u8, count); }

        Close();
    }

    private void Opened(in PeerEvent e)
    {
        Open("open"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        WriteTime("after_ms"u8, e.IsReopened ? e.Elapsed - _closedAt : e.Elapsed);
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        if (e.RoundTrip is { } roundTrip) { WriteTime("rtt_ms"u8, roundTrip); }

        _json.WriteNumber("local_port"u8, e.Local.Port);
        _json.WriteBoolean("moved"u8, e.IsMoved);
        _json.WriteBoolean("slot"u8, e.IsSlot);
        _json.WriteBoolean("reopened"u8, e.IsReopened);
        Close();
    }

    private void Closed(in PeerEvent e)
    {
        _closedAt = e.Elapsed;
        Open("closed"u8);
        WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("remote"u8, _addresses.Of(e.Remote));
        WriteTime("silent_ms"u8, e.SilentFor);
        _json.WriteString("reason"u8, e.SilentFor == TimeSpan.Zero ? "left"u8 : "silent"u8);
        Close();
    }

    private void Error(Failure failure)
    {
        Open("error"u8);
        _json.WriteString("code"u8, failure.Code);
        _json.WriteString("message"u8, failure.Message);
        if (failure.Details.Count > 0) { _json.WriteString("detail"u8, string.Join("; ", failure.Details)); }

        if (failure.Hint is not null) { _json.WriteString("hint"u8, failure.Hint); }

        _json.WriteNumber("exit"u8, (int)failure.Exit);
        Close();
    }

    private void WriteDatagram(in PeerEvent e)
    {
        _json.WriteString("kind"u8, e.Datagram switch
        {
            DatagramKind.Message => "message"u8,
            DatagramKind.Punch => "punch"u8,
            DatagramKind.Plain => "plain"u8,
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

    private void WriteTime(ReadOnlySpan<byte> name, TimeSpan time) => _json.WriteNumber(name, JsonSummary.Milliseconds(time));

    private void Open(ReadOnlySpan<byte> kind)
    {
        _json.WriteStartObject();
        _json.WriteNumber("v"u8, 1);
        _json.WriteString("event"u8, kind);
    }

    private void Close()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _output.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _json.Reset();
    }
}
