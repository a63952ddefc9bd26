using System.Text;
using Punch.Cli.Output;
using Punch.Cli.Pipe;
using Xunit;

namespace Punch.Tests.Pipe;

public sealed class DatagramPipeTests : IDisposable
{
    private static readonly SessionEvent Opened = new() { Kind = SessionEventKind.Opened };
    private static readonly SessionEvent Data = new() { Kind = SessionEventKind.Received, Datagram = DatagramKind.Data };

    private readonly MemoryPath _path = new();
    private readonly HandSource _source = new();
    private readonly GatedSink _sink = new();
    private readonly DatagramPipe _pipe;
    private Instant _now = Instant.Zero;

    public DatagramPipeTests() => _pipe = new DatagramPipe(_path, _source, _sink);

    public void Dispose()
    {
        _sink.Open();
        _pipe.Dispose();
    }

    [Fact]
    public void Nothing_is_read_before_the_path_is_open()
    {
        _source.Write("early\n");
        _source.End();
        Assert.Equal(0, _source.Reads);

        _pipe.Take(Opened, default);
        FeedUntil(() => _path.HasEnded);

        Assert.Equal(["early\n"], _path.Sent);
    }

    [Fact]
    public void Each_line_is_a_datagram_wherever_the_reads_end()
    {
        _pipe.Take(Opened, default);
        foreach (string piece in (string[])["one\ntw", "o\nth", "ree", "\nlast"]) { _source.Write(piece); }

        _source.End();
        FeedUntil(() => _path.HasEnded);

        Assert.Equal(["one\n", "two\n", "three\n", "last"], _path.Sent);
    }

    [Fact]
    public void A_failed_read_is_not_the_end_of_the_input()
    {
        _pipe.Take(Opened, default);
        _source.Write("one\n");
        _source.Fail();
        FeedUntil(() => _path.HasFailed);

        Assert.Equal(["one\n"], _path.Sent);
        Assert.False(_path.HasEnded);
        Assert.Equal(ExitCode.Local, _pipe.InputFailure?.Exit);
    }

    [Fact]
    public void A_line_without_an_end_goes_out_after_a_while()
    {
        _pipe.Take(Opened, default);
        _source.Write("prompt> ");
        FeedUntil(() => _pipe.Next is not null);
        Assert.Empty(_path.Sent);

        _now = _pipe.Next!.Value;
        _pipe.Feed(_now);

        Assert.Equal(["prompt> "], _path.Sent);
        Assert.Null(_pipe.Next);
        Assert.InRange(_now - Instant.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void A_path_that_takes_nothing_is_not_asked_in_a_spin_and_nothing_is_lost()
    {
        _path.Room = 2;
        _pipe.Take(Opened, default);
        _source.Write("1\n2\n3\n4\n");
        _source.End();
        FeedUntil(() => _path.Sent.Count == 2);
        _pipe.Feed(_now);
        Assert.Null(_pipe.Next);
        Assert.False(_path.HasEnded);

        _path.Room = 3;
        _pipe.Feed(_now);
        Assert.Equal(_now, _pipe.Next);
        _path.Room = 9;
        FeedUntil(() => _path.HasEnded);

        Assert.Equal(["1\n", "2\n", "3\n", "4\n"], _path.Sent);
    }

    [Fact]
    public void What_was_read_and_not_sent_is_bounded()
    {
        _path.Room = 0;
        _pipe.Take(Opened, default);
        for (int i = 0; i < 20; i++) { _source.Write(new string('x', 1000)); }

        SpinWait.SpinUntil(() => _source.Reads >= 5, TimeSpan.FromSeconds(1));
        Assert.InRange(_source.Reads, 4, 5);
        _path.Room = int.MaxValue;
        _source.End();
        FeedUntil(() => _path.HasEnded);

        Assert.Equal(20_000, _path.Sent.Sum(sent => sent.Length));
    }

    [Fact]
    public void Any_bytes_pass_through_unchanged()
    {
        var random = new SplitMix64(7);
        string bytes = string.Concat(Enumerable.Range(0, 300_000).Select(_ => (char)(random.Next() & 0xFF)));
        _pipe.Take(Opened, default);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, 1 + (int)(random.Next() % 9000));
            _source.Write(bytes.Substring(at, length));
            at += length;
        }

        _source.End();
        FeedUntil(() => _path.HasEnded);
        foreach (string sent in _path.Sent) { Assert.True(_pipe.Take(Data, Encoding.Latin1.GetBytes(sent))); }

        _sink.Open();
        Assert.True(_pipe.Finish(CancellationToken.None));
        Assert.Equal(bytes, _sink.Text);
        Assert.All(_path.Sent, sent => Assert.InRange(sent.Length, 1, IDataPath.MaxLength));
    }

    [Fact]
    public void Without_a_reader_the_peer_is_asked_to_pause_and_data_beyond_the_limit_is_dropped()
    {
        // The writer takes the first one, and waits with it.
        _pipe.Take(Data, "x"u8);
        Assert.True(SpinWait.SpinUntil(() => _sink.IsWriting, TimeSpan.FromSeconds(10)));
        byte[] datagram = new byte[65_536];
        for (int i = 0; i < 2 * OutputPump.MaxWaiting / datagram.Length; i++) { _pipe.Take(Data, datagram); }

        _pipe.Feed(_now);
        Assert.Equal([true], _path.Holds);
        _pipe.Take(Data, datagram);

        _sink.Open();
        FeedUntil(() => _path.Holds.Count == 2);
        Assert.Equal([true, false], _path.Holds);
        Assert.True(_pipe.Finish(CancellationToken.None));
        Assert.NotEqual(0, _pipe.Dropped);
        Assert.Equal(ExitCode.NoPath, DatagramFailure.Explain(_pipe, new SessionStatistics(), isInterrupted: false)?.Exit);
    }

    [Fact]
    public void Asked_to_stop_it_does_not_wait_for_a_reader_that_never_reads()
    {
        using var stop = new CancellationTokenSource();
        _pipe.Take(Data, "x"u8);
        stop.Cancel();

        Assert.False(_pipe.Finish(stop.Token));
    }

    private void FeedUntil(Func<bool> condition) => Assert.True(
        SpinWait.SpinUntil(
            () =>
            {
                _pipe.Feed(_now);
                return condition();
            },
            TimeSpan.FromSeconds(20)));

    /// <summary>A source that a test writes to.</summary>
    private sealed class HandSource : IByteSource
    {
        private readonly System.Collections.Concurrent.BlockingCollection<byte[]> _pieces = [];
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public void Write(string text) => _pieces.Add(Encoding.Latin1.GetBytes(text));

        public void End() => _pieces.Add([]);

        public void Fail() => _pieces.Add([0]);

        public int Read(Span<byte> buffer)
        {
            Interlocked.Increment(ref _reads);
            byte[] piece = _pieces.Take();
            if (piece is [0]) { throw new FailureException(new Failure(ExitCode.Local, "unreadable", "broken")); }

            piece.CopyTo(buffer);
            return piece.Length;
        }
    }

    /// <summary>A sink without a reader until it is opened.</summary>
    private sealed class GatedSink : IByteSink
    {
        private readonly StringBuilder _text = new();
        private readonly object _gate = new();
        private bool _isOpen;

        public bool IsClosed => false;

        public string? Error => null;

        public string Text => _text.ToString();

        public bool IsWriting { get; private set; }

        public void Open()
        {
            lock (_gate)
            {
                _isOpen = true;
                Monitor.PulseAll(_gate);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                IsWriting = true;
                while (!_isOpen) { Monitor.Wait(_gate); }
            }

            _text.Append(Encoding.Latin1.GetString(bytes));
        }
    }
}
