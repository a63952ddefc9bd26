namespace Punch.Cli.Pipe;

/// <summary>Where bytes come from.</summary>
internal interface IByteSource
{
    /// <summary>Waits for bytes and takes those that are there; 0 at the end.</summary>
    /// <exception cref="FailureException">They cannot be read: that is no end.</exception>
    int Read(Span<byte> buffer);
}

/// <summary>Nothing.</summary>
internal sealed class EmptySource : IByteSource
{
    /// <summary>The only one.</summary>
    public static readonly EmptySource Instance = new();

    private EmptySource() { }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => 0;
}
