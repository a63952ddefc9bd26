namespace Punch.Cli.Output;

/// <summary>An output that ends the command when it closes, as Ctrl-C does: the reader is gone, or the device refused.</summary>
/// <param name="inner">The output.</param>
/// <param name="stop">Cancelled when it closes.</param>
internal sealed class StoppingSink(IByteSink inner, CancellationTokenSource stop) : IByteSink
{
    private int _hasStopped;

    /// <inheritdoc/>
    public bool IsClosed => inner.IsClosed;

    /// <inheritdoc/>
    public string? Error => inner.Error;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        inner.Write(bytes);
        if (!inner.IsClosed || Interlocked.Exchange(ref _hasStopped, 1) != 0) { return; }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A thread still writes after the command has ended. There is nothing left to stop.
        }
    }
}
