using System.Buffers;
using System.Text.Json;
using Punch.Protocol;

namespace Punch.Cli.Output;

/// <summary>Writes JSON objects, one a line. Each begins with <c>"v":1</c> and <c>"event"</c>, and is written whole and at once.</summary>
#pragma warning disable CA1001 // The writer writes to memory and is flushed after every line, so it needs no disposal.
internal sealed class JsonLines
#pragma warning restore CA1001
{
    private const int Version = 1;

    private readonly IByteSink _output;
    private readonly ArrayBufferWriter<byte> _line = new(512);

    /// <summary>Creates a writer of lines.</summary>
    public JsonLines(IByteSink output)
    {
        _output = output;
        Json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = AsciiJsonEncoder.Instance, SkipValidation = true });
    }

    /// <summary>The object between <see cref="Open"/> and <see cref="Close"/>.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Begins a line.</summary>
    public Utf8JsonWriter Open(ReadOnlySpan<byte> kind)
    {
        Json.WriteStartObject();
        Json.WriteNumber("v"u8, Version);
        Json.WriteString("event"u8, kind);
        return Json;
    }

    /// <summary>Ends the line and writes it.</summary>
    public void Close()
    {
        Json.WriteEndObject();
        Json.Flush();
        _line.Write("\n"u8);
        _output.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        Json.Reset();
    }

    /// <summary>Writes an <c>error</c> line.</summary>
    public void Error(Failure failure)
    {
        Open("error"u8);
        Json.WriteString("code"u8, failure.Code);
        Json.WriteString("message"u8, failure.Message);
        if (failure.Details.Count > 0) { Json.WriteString("detail"u8, string.Join("; ", failure.Details)); }

        if (failure.Hint is not null) { Json.WriteString("hint"u8, failure.Hint); }

        Json.WriteNumber("exit"u8, (int)failure.Exit);
        Close();
    }
}

/// <summary>Writes values in the common form of all commands.</summary>
internal static class JsonValues
{
    /// <summary>Milliseconds with microseconds as decimals.</summary>
    public static decimal Milliseconds(TimeSpan time) => Math.Round(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond, 3);

    /// <summary>Writes a time in milliseconds; null means "never measured".</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } value) { json.WriteNumber(name, Milliseconds(value)); }
        else { json.WriteNull(name); }
    }

    /// <summary>Writes an address, or null.</summary>
    public static void WriteAddress(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TransportAddress? address)
    {
        if (address is { } value) { json.WriteString(name, AddressText.Plain(value)); }
        else { json.WriteNull(name); }
    }

    /// <summary>Writes by what transport an address is reached, if not by UDP.</summary>
    public static void WriteTransport(this Utf8JsonWriter json, TransportAddress address)
    {
        if (address.Transport == Transport.Tcp) { json.WriteString("transport"u8, "tcp"u8); }
    }

    /// <summary>Writes a list of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }
}
