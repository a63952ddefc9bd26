using System.Diagnostics;
using System.Globalization;
using Punch.Cli.Output;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Events;
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
    private readonly InputPump _input;
    private readonly OutputPump _output;
    private InputBlock? _block;
    private bool _hasEnded;

    /// <summary>Joins them. Nothing is read yet.</summary>
    public StreamPipe(IByteStream stream, IByteSource input, IByteSink output)
    {
        _stream = stream;
        _input = new InputPump(input, WakeUp.Set);
        _output = new OutputPump(output, WakeUp.Set);
    }

    /// <inheritdoc/>
    public WakeUp WakeUp { get; } = new();

    /// <inheritdoc/>
    public Instant? Next => null;

    /// <inheritdoc/>
    public bool Take(in SessionEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Kind == SessionEventKind.Opened) { _input.Start(); }

        return false;
    }

    /// <inheritdoc/>
    public void Feed(Instant now)
    {
        WriteOut(now);
        ReadIn(now);
    }

    /// <inheritdoc/>
    public bool Finish(CancellationToken stop) => _output.Finish(stop);

    /// <inheritdoc/>
    public Failure? Explain(SessionStatistics statistics, bool isInterrupted)
    {
        if (_input.Failure is { } failure) { return failure; }

        return isInterrupted ? null : Explain(statistics);
    }

    /// <inheritdoc/>
    public void Dispose() => WakeUp.Dispose();

    private static Failure? Explain(SessionStatistics statistics) => statistics.Data switch
    {
        DataOutcome.Complete => null,
        DataOutcome.PeerLeft => CutShort($"the peer left before everything was through{Missing(statistics)}"),
        DataOutcome.PeerFailed => CutShort("the peer could not read its input to the end: what came is incomplete"),
        DataOutcome.PeerReplaced => new Failure(
            ExitCode.NoPath, "peer_restarted", $"the peer was started again in the middle{Missing(statistics)}")
        {
            Hint = "start both sides again",
        },
        DataOutcome.Unfinished => CutShort($"the session ended before everything was through{Missing(statistics)}"),
        DataOutcome.Broken => CutShort($"the two sides do not understand each other{Missing(statistics)}"),
        DataOutcome.OldPeer => new Failure(ExitCode.OtherVersion, "other_version", "the peer's punch has no reliable streams")
        {
            Hint = "update it, or add --datagrams on both sides",
        },
        DataOutcome.NoMatch => NoMatch,
        _ => throw new UnreachableException(),
    };

    /// <summary>One side has a stream, and the other one is there for something else.</summary>
    public static Failure NoMatch { get; } = new(ExitCode.NoPath, "no_match", "the two sides want different things of the path")
    {
        Hint = "both need --pipe, and both or none --datagrams; or one of them --send and the other --receive",
    };

    private static Failure CutShort(string message) => new(ExitCode.NoPath, "cut_short", message);

    private static string Missing(SessionStatistics statistics)
    {
        long missing = statistics.Streams.Sent - statistics.Streams.Consumed;
        return missing <= 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $": {missing} of {statistics.Streams.Sent} bytes sent are not confirmed");
    }

    private void WriteOut(Instant now)
    {
        while (_output.Waiting < OutputPump.HoldAt && _stream.Peek() is { IsEmpty: false } bytes)
        {
            _output.Write(bytes);
            _stream.Take(bytes.Length, now);
        }

        _stream.Consume(_output.Written, now);
    }

    private void ReadIn(Instant now)
    {
        while (!_hasEnded && _stream.Room > 0)
        {
            _block ??= _input.TryTake();
            if (_block is null) { return; }

            if (_block.Rest.IsEmpty)
            {
                End(now);
                return;
            }

            _block.Use(_stream.Write(_block.Rest, now));
            if (!_block.Rest.IsEmpty) { continue; }

            _input.Return(_block);
            _block = null;
        }
    }

    private void End(Instant now)
    {
        _hasEnded = true;
        if (_input.Failure is null) { _stream.Finish(now); }
        else { _stream.Fail(now); }
    }
}
