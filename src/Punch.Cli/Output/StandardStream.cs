namespace Punch.Cli.Output;

/// <summary>
/// Standard output or standard error without <see cref="Console"/>. That costs start-up time, and on Unix it hides the error when the
/// reader is gone.
/// </summary>
internal sealed class StandardStream(IStandardHandle handle) : IByteSink
{
    /// <inheritdoc/>
    public bool IsClosed { get; private set; }

    /// <inheritdoc/>
    public string? Error { get; private set; }

    /// <summary>Whether the program was started without this stream.</summary>
    public bool IsMissing => handle.IsMissing;

    /// <summary>Whether to use colour: on a terminal that supports it, unless <c>NO_COLOR</c> is set.</summary>
    public bool WantsColour => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && HasCursor;

    /// <summary>Whether a line can be redrawn: on a terminal that is not dumb.</summary>
    public bool HasCursor => Environment.GetEnvironmentVariable("TERM") != "dumb" && handle.IsTerminal();

    /// <summary>Whether no other program has the terminal now.</summary>
    public bool IsForeground => handle.IsForeground();

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!IsClosed && !bytes.IsEmpty)
        {
            WriteResult result = handle.Write(bytes);
            bytes = bytes[result.Written..];
            IsClosed = result.IsClosed;
            Error = result.Error;
        }
    }
}

/// <summary>The result of one attempt to write.</summary>
/// <param name="Written">The bytes that were written.</param>
/// <param name="IsClosed">Whether no more bytes will be accepted.</param>
/// <param name="Error">The reason, unless the reader just went away.</param>
internal readonly record struct WriteResult(int Written, bool IsClosed = false, string? Error = null);

/// <summary>The system's part of a standard stream.</summary>
internal interface IStandardHandle
{
    /// <summary>Whether it is a terminal that understands escape sequences.</summary>
    bool IsTerminal();

    /// <summary>Whether no other program has the terminal now.</summary>
    bool IsForeground() => true;

    /// <summary>Whether the program was started without this stream.</summary>
    bool IsMissing => false;

    /// <summary>Writes some of the bytes. It waits while the reader is slow.</summary>
    WriteResult Write(ReadOnlySpan<byte> bytes);
}
