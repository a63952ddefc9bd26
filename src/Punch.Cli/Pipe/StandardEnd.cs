using Punch.Cli.Output;
using Punch.Net.Sockets;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Pipe;

/// <summary>Standard input and output as the end of a connection. What goes to standard output counts once it is written.</summary>
internal sealed class StandardEnd : IByteEnd
{
    private readonly InputPump _input;
    private readonly OutputPump _output;
    private InputBlock? _block;
    private bool _isAtEnd;

    /// <summary>Joins them. Nothing is read yet.</summary>
    public StandardEnd(IByteSource input, IByteSink output, WakeUp wakeUp)
    {
        _input = new InputPump(input, wakeUp.Set);
        _output = new OutputPump(output, wakeUp.Set);
    }

    /// <summary>Why the input could not be read to its end; null if it could.</summary>
    public Failure? Failure => _input.Failure;

    /// <inheritdoc/>
    public bool IsAtEnd => Peek().IsEmpty && _isAtEnd;

    /// <inheritdoc/>
    public bool HasFailed => _input.Failure is not null;

    /// <inheritdoc/>
    public bool HasRoom => _output.Waiting < OutputPump.HoldAt;

    /// <inheritdoc/>
    public long Queued { get; private set; }

    /// <inheritdoc/>
    public long Written => _output.Written;

    /// <inheritdoc/>
    public bool IsFinished => Written == Queued;

    /// <inheritdoc/>
    public bool IsBroken => false;

    /// <summary>Begins to read.</summary>
    public void Start() => _input.Start();

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Peek()
    {
        if (_isAtEnd) { return default; }

        _block ??= _input.TryTake();
        if (_block is null) { return default; }

        _isAtEnd = _block.Rest.IsEmpty;
        return _block.Rest;
    }

    /// <inheritdoc/>
    public void Use(int count)
    {
        _block!.Use(count);
        if (!_block.Rest.IsEmpty) { return; }

        _input.Return(_block);
        _block = null;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Queued += bytes.Length;
        _output.Write(bytes);
    }

    /// <inheritdoc/>
    public void Finish()
    {
        // The end of standard output is that of the process.
    }

    /// <summary>Waits until the output is written, but only briefly once asked to stop. Returns whether all was written.</summary>
    public bool WaitForOutput(CancellationToken stop) => _output.Finish(stop);

    /// <inheritdoc/>
    public void Abort()
    {
        // The exit code tells that something is missing.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The pumps end with the process: a read of standard input cannot be called off.
    }
}
