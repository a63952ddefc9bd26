using System.Buffers;
using System.Text.Json;
using Punch.Protocol;

namespace Punch.Cli.Output;

/// <summary>One JSON object a line, each beginning with <c>"v":1</c> and <c>"event"</c>, written whole and at once.</summary>
#pragma warning disable CA1001 // The writer writes to memory and is flushed after every line: nothing is left to dispose of.
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

    /// <summary>A line that tells of a failure.</summary>
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

/// <summary>Values as all commands write them.</summary>
internal static class JsonValues
{
    /// <summary>Milliseconds with the microseconds as decimals.</summary>
    public static decimal Milliseconds(TimeSpan time) => Math.Round(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond, 3);

    /// <summary>A time in milliseconds; null stands for what was never measured.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } value) { json.WriteNumber(name, Milliseconds(value)); }
        else { json.WriteNull(name); }
    }

    /// <summary>An address, or null.</summary>
    public static void WriteAddress(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TransportAddress? address)
    {
        if (address is { } value) { json.WriteString(name, value.ToString()); }
        else { json.WriteNull(name); }
    }

    /// <summary>A list of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }
}
