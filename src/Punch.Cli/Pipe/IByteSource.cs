namespace Punch.Cli.Pipe;

/// <summary>A source of bytes.</summary>
internal interface IByteSource
{
    /// <summary>Waits for bytes and takes those that are there; returns 0 at the end.</summary>
    /// <exception cref="FailureException">The bytes cannot be read. This is different from the end.</exception>
    int Read(Span<byte> buffer);

    /// <summary>The bytes up to the end, where that is known before they are read, as of a file; null otherwise.</summary>
    long? Size => null;

    /// <summary>Whether a person types them.</summary>
    bool IsTerminal => false;
}

/// <summary>A source without bytes.</summary>
internal sealed class EmptySource : IByteSource
{
    /// <summary>The only instance.</summary>
    public static readonly EmptySource Instance = new();

    private EmptySource() { }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => 0;
}
