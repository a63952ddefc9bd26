namespace Punch.Cli.Output;

/// <summary>Where lines go. Every call is one write to the system: the reader of a pipe sees a line as soon as it is printed.</summary>
internal interface IByteSink
{
    /// <summary>Whether the reader is gone or the device refuses; later writes do nothing.</summary>
    bool IsClosed { get; }

    /// <summary>Why the device refuses, in words; null while it does not. A reader that went away (<c>| head</c>) is no error.</summary>
    string? Error { get; }

    /// <summary>Writes all the bytes, or closes.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
