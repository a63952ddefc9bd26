namespace Punch.Cli.Output;

/// <summary>A destination for lines. Each call is one write to the system, so the reader of a pipe sees a line at once.</summary>
internal interface IByteSink
{
    /// <summary>Whether the reader is gone or the device refused. Later writes do nothing.</summary>
    bool IsClosed { get; }

    /// <summary>Why the device refused, as text; null if it did not. A reader that went away (<c>| head</c>) is not an error.</summary>
    string? Error { get; }

    /// <summary>Writes all the bytes. If that fails, the sink closes.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
