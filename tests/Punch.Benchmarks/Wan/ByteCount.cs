using System.Diagnostics;

namespace Punch.Benchmarks.Wan;

/// <summary>Counts the bytes of a stream for a time that begins with the first byte.</summary>
internal sealed class ByteCount
{
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;
    private readonly TimeSpan _time;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource _done = new();
    private long _total;
    private long _first;
    private long _last;
    private TimeSpan _longest;

    public ByteCount(Stream stream, TimeSpan time)
    {
        _stream = stream;
        _time = time;
        _thread = new Thread(Count) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for the first byte; false if there is none.</summary>
    public bool WaitForFirst() => _begun.Task.Wait(Connecting) && _first != 0;

    /// <summary>Waits until the time is over; null if no byte came. The rate of a stream that ends early counts for the whole time.</summary>
    public FlowResult? Finish()
    {
        if (!WaitForFirst()) { return null; }

        TimeSpan left = _time - Stopwatch.GetElapsedTime(_first);
        bool isOver = _done.Task.Wait(left > TimeSpan.Zero ? left + Slack : Slack);
        TimeSpan tail = isOver ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Interlocked.Read(ref _last));
        return new FlowResult(8 * Interlocked.Read(ref _total) / _time.TotalSeconds, tail > _longest ? tail : _longest);
    }

    private void Count()
    {
        try
        {
            CountUntilOver();
        }
        catch (IOException)
        {
            // The process was ended while this thread read from it.
        }

        _begun.TrySetResult();
        _done.TrySetResult();
    }

    private void CountUntilOver()
    {
        byte[] buffer = new byte[1 << 20];
        while (_stream.Read(buffer) is > 0 and int count)
        {
            long now = Stopwatch.GetTimestamp();
            if (_first == 0)
            {
                _first = _last = now;
                _begun.TrySetResult();
            }

            TimeSpan gap = Stopwatch.GetElapsedTime(_last, now);
            if (gap > _longest) { _longest = gap; }

            Interlocked.Exchange(ref _last, now);
            if (Stopwatch.GetElapsedTime(_first, now) > _time) { return; }

            Interlocked.Add(ref _total, count);
        }
    }
}
