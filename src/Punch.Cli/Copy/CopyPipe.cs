using Punch.Cli.Pipe;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Copying;
using Punch.Protocol.Events;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Copy;

/// <summary>
/// Joins a copy to a reliable stream: <c>--send</c> and <c>--receive</c>. The copy begins once the path is open. What comes is confirmed to
/// the peer when it is written.
/// </summary>
internal sealed class CopyPipe : ISessionPipe
{
    private readonly IByteStream _stream;
    private readonly CopyWorker _worker;
    private readonly ICopyPresenter _presenter;
    private readonly CopyRate _rate;
    private CopyBlock? _block;
    private bool _hasBegun;
    private bool _hasFinished;

    /// <summary>Joins them. Nothing is read or written yet.</summary>
    public CopyPipe(IByteStream stream, ICopyMachine machine, ICopyPresenter presenter)
    {
        _stream = stream;
        _presenter = presenter;
        _rate = new CopyRate();
        _worker = new CopyWorker(machine, WakeUp.Set);
        Progress = new CopyProgress(() => _worker.Status.Counts, TimeProvider.System);
    }

    /// <summary>Says how far it has come.</summary>
    public CopyProgress Progress { get; }

    /// <inheritdoc/>
    public WakeUp WakeUp { get; } = new();

    /// <inheritdoc/>
    public Instant? Next => _hasFinished ? null : _rate.Next;

    /// <inheritdoc/>
    public bool Take(in SessionEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Kind == SessionEventKind.Opened)
        {
            _hasBegun = true;
            _worker.Start();
        }

        return false;
    }

    /// <inheritdoc/>
    public void Feed(Instant now)
    {
        // What the worker said before its end is looked for after it has ended.
        bool hasEnded = _worker.HasEnded;
        ReadIn(hasEnded, now);
        WriteOut(now);
        _block ??= _worker.Out.TryTake();
        if (hasEnded && _block is null && !_hasFinished)
        {
            _hasFinished = true;
            _stream.Finish(now);
        }

        Show(now);
    }

    /// <inheritdoc/>
    public bool Finish(CancellationToken stop)
    {
        _worker.Stop();
        while (_worker.TryResult() is { } result) { _presenter.Show(result); }

        _presenter.End(_worker.Status.Counts);
        return true;
    }

    /// <inheritdoc/>
    public Failure? Explain(SessionStatistics statistics, bool isInterrupted) =>
        CopyFailure.Explain(_worker.Status, statistics.Data, isInterrupted);

    /// <inheritdoc/>
    public void Dispose() => WakeUp.Dispose();

    private void ReadIn(bool hasEnded, Instant now)
    {
        while (_stream.Peek() is { IsEmpty: false } bytes)
        {
            // Nobody needs what comes after the end.
            if (hasEnded)
            {
                _stream.Take(bytes.Length, now);
                continue;
            }

            if (_worker.In.TryRent() is not { } block) { break; }

            int count = Math.Min(bytes.Length, block.Room.Length);
            bytes[..count].CopyTo(block.Room);
            block.Add(count);
            _stream.Take(count, now);
            _worker.In.Put(block);
            _worker.Notify();
        }

        _stream.Consume(hasEnded ? _stream.Taken : _worker.Taken, now);
    }

    private void WriteOut(Instant now)
    {
        while (_stream.Room > 0)
        {
            _block ??= _worker.Out.TryTake();
            if (_block is null) { return; }

            _block.Use(_stream.Write(_block.Rest, now));
            if (!_block.Rest.IsEmpty) { continue; }

            _worker.Out.Return(_block);
            _worker.Notify();
            _block = null;
        }
    }

    private void Show(Instant now)
    {
        while (_worker.TryResult() is { } result) { _presenter.Show(result); }

        if (_hasBegun && !_hasFinished && (_rate.Next is null || _rate.Next <= now))
        {
            CopyCounts counts = _worker.Status.Counts;
            _rate.Note(counts.Bytes, now);
            _presenter.Show(counts, _rate.BytesPerSecond);
        }
    }
}
