using System.Text;
using System.Text.Json;
using Punch.Cli.Output;
using Punch.Protocol.Events;

namespace Punch.Cli.Presenting;

/// <summary>Writes the objects about single datagrams.</summary>
internal sealed class JsonTraffic(JsonLines lines, AddressText addresses)
{
    private readonly Utf8JsonWriter _json = lines.Json;
    private LineLimiter _limiter;

    /// <summary>Writes a sent datagram.</summary>
    public void Sent(in SessionEvent e)
    {
        lines.Open(JsonNames.Of(e.Kind));
        _json.WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("to"u8, addresses.Of(e.Remote));
        _json.WriteNumber("local_port"u8, e.Local.Port);
        WriteDatagram(e);
        if (e.HopLimit > 0) { _json.WriteNumber("ttl"u8, e.HopLimit); }

        lines.Close();
    }

    /// <summary>Writes a received datagram.</summary>
    public void Received(in SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        bool isShown = e.IsProof || _limiter.TryTake(e.Elapsed);
        if (!isShown) { return; }

        lines.Open(JsonNames.Of(e.Kind));
        _json.WriteTime("at_ms"u8, e.Elapsed);
        _json.WriteString("from"u8, addresses.Of(e.Remote));
        WriteDatagram(e);
        if (e.RoundTrip is { } roundTrip) { _json.WriteTime("rtt_ms"u8, roundTrip); }

        if (e.Datagram != DatagramKind.Message && !datagram.IsEmpty) { WriteText(datagram); }

        if (!e.IsProof && _limiter.TakeHeldBack() is > 0 and long count) { _json.WriteNumber("not_shown"u8, count); }

        lines.Close();
    }

    /// <summary>The number of datagrams left out since the last object about one.</summary>
    public long TakeHeldBack() => _limiter.TakeHeldBack();

    private void WriteDatagram(in SessionEvent e)
    {
        _json.WriteString("kind"u8, JsonNames.Of(e.Datagram));
        _json.WriteNumber("bytes"u8, e.Bytes);
        if (e.Sequence is { } sequence) { _json.WriteNumber("seq"u8, sequence); }
    }

    private void WriteText(ReadOnlySpan<byte> datagram)
    {
        // Through a string, because the writer refuses invalid UTF-8, and a decoder replaces it.
        _json.WriteString("text"u8, Encoding.UTF8.GetString(datagram[..Math.Min(datagram.Length, PrintableText.MaxBytes)]));
        if (datagram.Length > PrintableText.MaxBytes) { _json.WriteBoolean("truncated"u8, true); }
    }
}
