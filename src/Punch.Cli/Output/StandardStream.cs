namespace Punch.Cli.Output;

/// <summary>
/// Standard output or standard error without <see cref="Console"/>, which costs start-up time and on Unix swallows the error that the
/// reader is gone.
/// </summary>
internal sealed class StandardStream(IStandardHandle handle) : IByteSink
{
    /// <inheritdoc/>
    public bool IsClosed { get; private set; }

    /// <inheritdoc/>
    public string? Error { get; private set; }

    /// <summary>Whether the program was started without it.</summary>
    public bool IsMissing => handle.IsMissing;

    /// <summary>Whether colour makes sense: on a terminal that understands it, unless <c>NO_COLOR</c> asks for none.</summary>
    public bool WantsColour => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && HasCursor;

    /// <summary>Whether a line can be drawn anew: on a terminal that is not dumb.</summary>
    public bool HasCursor => Environment.GetEnvironmentVariable("TERM") != "dumb" && handle.IsTerminal();

    /// <summary>Whether colour makes sense: on a terminal that understands it, without <c>NO_COLOR</c>.</summary>
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

/// <summary>What one attempt to write came to.</summary>
/// <param name="Written">Bytes taken.</param>
/// <param name="IsClosed">Nothing more will be taken.</param>
/// <param name="Error">Why not, unless the reader just went away.</param>
internal readonly record struct WriteResult(int Written, bool IsClosed = false, string? Error = null);

/// <summary>The system's side of a standard stream.</summary>
internal interface IStandardHandle
{
    /// <summary>Whether people read it directly, with escape sequences understood.</summary>
    bool IsTerminal();

    /// <summary>Whether no other program has the terminal now.</summary>
    bool IsForeground() => true;

    /// <summary>Whether the program was started without it.</summary>
    bool IsMissing => false;

    /// <summary>Writes some of the bytes, waiting while the reader is slow.</summary>
    WriteResult Write(ReadOnlySpan<byte> bytes);
}
