namespace Punch.Cli.Output;

/// <summary>An output whose end ends the command as Ctrl-C does: when the reader is gone, or the device refuses.</summary>
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
            // A thread that still writes after the command has ended: there is nothing left to stop.
        }
    }
}
