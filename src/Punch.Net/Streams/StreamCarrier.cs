using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>
/// The streams of a session, at most <see cref="MaxStreams"/>. Tasks open, read and write them, so the loop never waits for one. What
/// cannot leave at once is queued, 128 KiB a stream; beyond that datagrams are dropped, as a network does.
/// </summary>
/// <param name="dial">
/// Opens the stream of a request, on any thread. It throws <see cref="StreamException"/> with the reason where that fails. A caller picks
/// the way by transport and by local address.
/// </param>
/// <param name="port">What streams come from and are opened at, which the carrier disposes of; null for none.</param>
public sealed class StreamCarrier(Func<StreamRequest, CancellationToken, Task<IMessagePipe>> dial, IDisposable? port = null)
    : IStreamCarrier
{
    /// <summary>How many streams there are at most, those that are being opened included.</summary>
    public const int MaxStreams = 16;

    /// <summary>How long the end waits for streams to send what is queued.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<CarriedStream> _streams = [];
    private readonly List<CarriedStream> _leaving = [];
    private readonly Queue<NetworkNotice> _replies = new();
    private volatile Action _wake = () => { };
    private int _turn;
    private bool _isEnded;

    /// <inheritdoc/>
    public void Attach(Action wake) => _wake = wake;

    /// <inheritdoc/>
    public void Request(in StreamRequest request)
    {
        if (request.Action == StreamAction.Close) { Close(request.Remote); }
        else { Open(request); }
    }

    /// <summary>Takes a stream that the far end opened, from any thread. The machine hears that it is open.</summary>
    /// <param name="pipe">The stream, which the carrier closes if it takes it.</param>
    /// <param name="remote">The far end, with the transport.</param>
    /// <returns>False if there is a stream to this far end, or there are too many.</returns>
    public bool TryAccept(IMessagePipe pipe, in TransportAddress remote)
    {
        lock (_lock)
        {
            if (!_isEnded && IsFree(remote))
            {
                Add(remote).Begin(_ => Task.FromResult(pipe));
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool TrySend(in TransportAddress to, ReadOnlySpan<byte> datagram)
    {
        lock (_lock) { return Find(to) is { } stream && stream.TrySend(datagram); }
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out StreamDatagram datagram)
    {
        lock (_lock)
        {
            // Each stream in its turn, so that none delays the others.
            for (int i = 0; i < _streams.Count; i++)
            {
                _turn = (_turn + 1) % _streams.Count;
                if (_streams[_turn].TryReceive(buffer, out datagram)) { return true; }
            }
        }

        datagram = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryNotice(out NetworkNotice notice)
    {
        lock (_lock)
        {
            if (_replies.TryDequeue(out notice)) { return true; }

            foreach (CarriedStream stream in _streams)
            {
                if (!stream.TryNotice(out notice)) { continue; }

                if (notice.Kind == NetworkNoticeKind.StreamClosed)
                {
                    _streams.Remove(stream);
                    stream.Dispose();
                }

                return true;
            }

            return false;
        }
    }

    /// <summary>Sends what is queued, for a moment at most, and closes all.</summary>
    public void Dispose()
    {
        Task[] work;
        lock (_lock)
        {
            _isEnded = true;
            foreach (CarriedStream stream in _streams) { stream.Close(); }

            port?.Dispose();
            work = [.. _streams.Concat(_leaving).Select(stream => stream.Work)];
        }

        Task.WaitAll(work, LongestEnd);
    }

    private void Open(in StreamRequest request)
    {
        lock (_lock)
        {
            if (Find(request.Remote) is not null) { return; }

            if (IsFree(request.Remote))
            {
                StreamRequest wanted = request;
                Add(request.Remote).Begin(cancellation => dial(wanted, cancellation));
                return;
            }

            _replies.Enqueue(NetworkNotice.StreamClosed(request.Remote, "too many streams are open"));
        }

        _wake();
    }

    private void Close(in TransportAddress remote)
    {
        lock (_lock)
        {
            if (Find(remote) is not { } stream) { return; }

            stream.Close();
            _streams.Remove(stream);
            foreach (CarriedStream old in _leaving.Where(old => old.Work.IsCompleted)) { old.Dispose(); }

            _leaving.RemoveAll(old => old.Work.IsCompleted);
            _leaving.Add(stream);
            _replies.Enqueue(NetworkNotice.StreamClosed(remote, reason: null));
        }

        _wake();
    }

    private CarriedStream Add(in TransportAddress remote)
    {
        var stream = new CarriedStream(remote, () => _wake());
        _streams.Add(stream);
        return stream;
    }

    private bool IsFree(in TransportAddress remote) => _streams.Count < MaxStreams && Find(remote) is null;

    // A loop, since its closure would be made with every datagram.
    private CarriedStream? Find(in TransportAddress remote)
    {
        foreach (CarriedStream stream in _streams)
        {
            if (stream.Remote == remote) { return stream; }
        }

        return null;
    }
}
