using Punch.Cli.Output;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Events;
using Punch.Protocol.Session;

namespace Punch.Cli.Pipe;

/// <summary>
/// Connects standard input and output to a path in datagrams: <c>--pipe --datagrams</c>, and <c>--pipe</c> without a code. Input is read
/// once the path is open, on a thread of its own that wakes the loop. A line is a datagram. Data from the path is written byte for byte.
/// The loop's handler passes all events to it, and the loop takes the machine's input from it.
/// </summary>
internal sealed class DatagramPipe : ISessionPipe
{
    /// <summary>How long a line without an end waits for its rest. A program that writes a line in pieces is quicker than this.</summary>
    private static readonly TimeSpan LinePatience = TimeSpan.FromMilliseconds(5);

    private readonly IDataPath _path;
    private readonly InputPump _input;
    private readonly OutputPump _output;
    private InputBlock? _block;
    private Instant? _pieceSince;
    private bool _isHolding;
    private bool _isAtEnd;

    /// <summary>Connects them. Nothing is read yet.</summary>
    public DatagramPipe(IDataPath path, IByteSource input, IByteSink output)
    {
        _path = path;
        _input = new InputPump(input, WakeUp.Set);
        _output = new OutputPump(output, WakeUp.Set);
    }

    /// <inheritdoc/>
    public WakeUp WakeUp { get; } = new();

    /// <inheritdoc/>
    public Instant? Next { get; private set; }

    /// <summary>Why the input could not be read to its end; null if it could.</summary>
    public Failure? InputFailure => _input.Failure;

    /// <inheritdoc/>
    public bool Take(in SessionEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Kind == SessionEventKind.Opened) { _input.Start(); }

        if (e is not { Kind: SessionEventKind.Received, Datagram: DatagramKind.Data }) { return false; }

        _output.Write(payload);
        return true;
    }

    /// <inheritdoc/>
    public void Feed(Instant now)
    {
        Hold(now);
        int given = 0;
        int length;
        while (TryCut(now, out length) && _path.TrySendData(_block!.Rest[..length], now))
        {
            _block.Use(length);
            given++;
        }

        if (_isAtEnd && length == 0) { End(now); }

        // If the path took some, it may take more at once. If it took none, a datagram or a timeout must come first.
        if (length > 0) { Next = given > 0 ? now : null; }
        else { Next = _pieceSince + LinePatience; }
    }

    /// <summary>The number of datagrams dropped because the reader is too slow.</summary>
    public long Dropped => _output.Dropped;

    /// <inheritdoc/>
    public Failure? Explain(SessionStatistics statistics, bool isInterrupted) =>
        DatagramFailure.Explain(this, statistics, isInterrupted);

    /// <inheritdoc/>
    public bool Finish(CancellationToken stop) => _output.Finish(stop);

    /// <inheritdoc/>
    public void Dispose() => WakeUp.Dispose();

    private void End(Instant now)
    {
        if (InputFailure is null) { _path.EndData(now); }
        else { _path.FailData(now); }
    }

    private void Hold(Instant now)
    {
        int waiting = _output.Waiting;
        bool isFull = _isHolding ? waiting > OutputPump.ReleaseAt : waiting >= OutputPump.HoldAt;
        if (isFull == _isHolding) { return; }

        _isHolding = isFull;
        _path.HoldData(isFull, now);
    }

    /// <summary>Finds the next datagram; its length is 0 if there is none.</summary>
    private bool TryCut(Instant now, out int length)
    {
        length = Cut(isLast: _isAtEnd || now >= _pieceSince + LinePatience);
        while (length == 0 && !_isAtEnd && _input.TryTake() is { } next)
        {
            Append(next);
            length = Cut(isLast: _isAtEnd);
        }

        bool isPiece = length == 0 && _block is { Rest.IsEmpty: false };
        _pieceSince = isPiece ? _pieceSince ?? now : null;
        return length > 0;
    }

    private int Cut(bool isLast) => _block is null ? 0 : DataCut.Next(_block.Rest, isLast);

    private void Append(InputBlock next)
    {
        if (next.Rest.IsEmpty)
        {
            _isAtEnd = true;
            return;
        }

        if (_block is { } former)
        {
            next.Prepend(former.Rest);
            _input.Return(former);
        }

        _block = next;
    }
}
