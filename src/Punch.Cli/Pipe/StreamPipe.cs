using Punch.Cli.Output;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Forwarding;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Pipe;

/// <summary>
/// Joins standard input and output to a reliable stream: <c>--pipe</c> of a meeting. Input is read once the path is open. What comes is
/// confirmed to the peer when it is written, and not before.
/// </summary>
internal sealed class StreamPipe : ISessionPipe
{
    private readonly IByteStream _stream;
    private readonly StandardEnd _end;
    private readonly StreamJoint _joint;

    /// <summary>Hears how far it has come; null for nobody.</summary>
    public PipeProgress? Progress { get; init; }

    /// <summary>Joins them. Nothing is read yet.</summary>
    public StreamPipe(IByteStream stream, IByteSource input, IByteSink output)
    {
        _stream = stream;
        _end = new StandardEnd(input, output, WakeUp);
        _joint = new StreamJoint(stream, _end);
    }

    /// <inheritdoc/>
    public WakeUp WakeUp { get; } = new();

    /// <inheritdoc/>
    public Instant? Next => null;

    /// <inheritdoc/>
    public bool Take(in SessionEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Kind == SessionEventKind.Opened) { _end.Start(); }

        return false;
    }

    /// <inheritdoc/>
    public void Feed(Instant now)
    {
        _joint.Turn(now);
        Progress?.Note(_stream.Arrived, _end.Written);
    }

    /// <inheritdoc/>
    public bool Finish(CancellationToken stop) => _end.WaitForOutput(stop);

    /// <inheritdoc/>
    public Failure? Explain(SessionStatistics statistics, bool isInterrupted) =>
        _end.Failure ?? (isInterrupted ? null : StreamFailure.Explain(statistics));

    /// <inheritdoc/>
    public void Dispose() => WakeUp.Dispose();
}
