using Punch.Protocol.Streams;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Two sides that open streams to each other, as forwards do.</summary>
public sealed class MeetForwardTests
{
    private const ulong Seeds = 5;

    private static readonly Func<SessionOptions, SessionOptions> Streams =
        options => options with { Use = PathUse.Streams, Streams = StreamUse.Forward };

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Many_streams_carry_their_own_bytes_both_ways(double loss)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            MeetPair pair = Pair(seed, loss);
            var atA = new EchoClient(() => pair.Find(pair.A)) { Connections = 400, Bytes = 5_000 };
            var atB = new EchoClient(() => pair.Find(pair.B)) { Connections = 30, Bytes = 40_000 };

            Run(pair, [atA, atB], () => atA.IsDone && atB.IsDone);

            pair.Claim(atA.IsDone && atB.IsDone, $"all are done, seed {seed}: {atA.Done} and {atB.Done}");
            pair.Claim(!atA.IsWrong && !atB.IsWrong, $"every byte came back, seed {seed}");
            pair.Claim(atA.MostOpen is > 100 and <= 128, $"A had at most {atA.MostOpen} open, seed {seed}");
            StreamVolumes volumes = pair.Session(pair.A).Statistics.Streams;
            pair.Claim(volumes.Sent == (400 * 5_000) + (30 * 40_000), $"A sent {volumes.Sent}, seed {seed}");
        }
    }

    [Fact]
    public void A_stream_that_is_refused_ends_on_both_sides_and_makes_room()
    {
        MeetPair pair = Pair(seed: 1, loss: 0.05);
        var atA = new EchoClient(() => pair.Find(pair.A)) { Connections = 300, Bytes = 100_000 };
        var atB = new EchoClient(() => pair.Find(pair.B)) { RefusesEach = 2 };

        Run(pair, [atA, atB], () => atA.IsDone);

        pair.Claim(atA.IsDone, $"all are over: {atA.Done}");
        pair.Claim(atA.Refused == 150, $"{atA.Refused} were refused");
        pair.Claim(!atA.IsWrong, "the others came back");
    }

    [Fact]
    public void Datagrams_keep_their_boundaries_beside_streams()
    {
        MeetPair pair = Pair(seed: 1, loss: 0);
        var atA = new EchoClient(() => pair.Find(pair.A)) { Connections = 1, Bytes = 3_000_000, Datagrams = 200 };
        var atB = new EchoClient(() => pair.Find(pair.B));

        Run(pair, [atA, atB], () => atA.IsDone);

        pair.Claim(atA.Done == 1 && !atA.IsWrong, "the stream came back");
        pair.Claim(atA.IsDone, $"{atA.Echoed} datagrams came back");
        pair.Claim(!atA.HasCutDatagram, "none was cut");
    }

    [Fact]
    public void Streams_outlive_the_reboot_of_a_router()
    {
        MeetPair pair = Pair(seed: 1, loss: 0);
        var atA = new EchoClient(() => pair.Find(pair.A)) { Connections = 20, Bytes = 2_000_000 };
        var atB = new EchoClient(() => pair.Find(pair.B));
        pair.Simulator.Schedule(Instant.At(TimeSpan.FromSeconds(2)), now => (pair.SiteB.Router.Middlebox as Nat)?.Reboot(now));

        Run(pair, [atA, atB], () => atA.IsDone);

        pair.Claim(atA.IsDone && !atA.IsWrong, $"all came back: {atA.Done}");
    }

    [Fact]
    public void A_side_that_completes_ends_both()
    {
        MeetPair pair = Pair(seed: 1, loss: 0);
        var atA = new EchoClient(() => pair.Find(pair.A)) { Connections = 3, Bytes = 100, Completes = true };

        Run(pair, [atA, new EchoClient(() => pair.Find(pair.B))], () => pair.AreEnded);

        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(pair.Session(pair.A).Statistics.Data == DataOutcome.Complete, "A is complete");
        pair.Claim(pair.Session(pair.B).Statistics.Data == DataOutcome.Complete, "B is complete");
    }

    private static MeetPair Pair(ulong seed, double loss)
    {
        var random = new Random((int)seed);
        return MeetPair.Of(
            "linux",
            "port-restricted",
            new MeetPairOptions
            {
                Seed = seed,
                AdjustA = Streams,
                AdjustB = Streams,
                LosesDirect = loss > 0 ? () => random.NextDouble() < loss : null,
            });
    }

    private static void Run(MeetPair pair, EchoClient[] programs, Func<bool> isDone)
    {
        var step = TimeSpan.FromMilliseconds(1);
        Instant limit = Instant.At(TimeSpan.FromMinutes(2));
        void Turn(Instant now)
        {
            foreach (EchoClient program in programs) { program.Turn(now); }

            if (now < limit) { pair.Simulator.Schedule(now + step, Turn); }
        }

        pair.Simulator.Schedule(pair.Simulator.Now, Turn);
        pair.Simulator.RunUntil(isDone, limit);
    }

    /// <summary>A program that opens streams, expects its bytes back, and sends back what comes on streams of the other side.</summary>
    private sealed class EchoClient(Func<PeerSession?> session)
    {
        private const int DatagramLength = 1_000;
        private const int AllowedLoss = 10;

        // Faster ones would wait for the window of a young path, and go.
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

        private readonly List<Connection> _own = [];
        private readonly List<IByteStream> _others = [];
        private readonly byte[] _buffer = new byte[65_535];
        private int _opened;
        private int _sent;
        private Instant _nextAt;

        public int Connections { get; init; }

        public int Bytes { get; init; }

        public int Datagrams { get; init; }

        public int RefusesEach { get; init; }

        public bool Completes { get; init; }

        public int Done { get; private set; }

        public int Refused { get; private set; }

        public int Echoed { get; private set; }

        public bool HasCutDatagram { get; private set; }

        public int MostOpen { get; private set; }

        public bool IsWrong { get; private set; }

        public bool IsDone => Done == Connections && Echoed >= Datagrams - AllowedLoss;

        public void Turn(Instant now)
        {
            if (session() is not { IsEnded: false, Streams: { } host }) { return; }

            while (_opened < Connections && host.TryOpen() is { } stream) { _own.Add(new Connection(stream, _opened++)); }

            MostOpen = Math.Max(MostOpen, _own.Count);
            foreach (Connection own in _own) { own.Turn(Bytes, _buffer, now); }

            IsWrong |= _own.Exists(own => own.IsWrong);
            Refused += _own.Count(own => own.Stream is { IsOver: true, HasPeerFailed: true });
            Done += _own.RemoveAll(own => own.Stream.IsOver);
            EchoStreams(host, now);
            SendDatagrams(host, now);
            if (Completes && IsDone) { host.Complete(); }
        }

        private void EchoStreams(IStreamHost host, Instant now)
        {
            while (host.TryAccept(out IByteStream? stream))
            {
                _others.Add(stream);
                if (RefusesEach == 0 || _others.Count % RefusesEach != 0) { continue; }

                stream.Fail(now);
                stream.Refuse(now);
            }

            foreach (IByteStream stream in _others)
            {
                while (stream.Peek() is { IsEmpty: false } bytes && stream.Room > 0)
                {
                    stream.Take(stream.Write(bytes, now), now);
                }

                stream.Consume(stream.Taken, now);
                if (stream.IsAtEnd) { stream.Finish(now); }
            }
        }

        private void SendDatagrams(IStreamHost host, Instant now)
        {
            while (host.TryTake(_buffer, out ulong flow, out int length, now))
            {
                HasCutDatagram |= length != DatagramLength;
                if (Datagrams == 0) { host.TrySend(flow, _buffer.AsSpan(0, length), now); }
                else { Echoed++; }
            }

            bool isDue = _opened > 0 && _sent < Datagrams && now >= _nextAt;
            if (isDue && host.TrySend(0, _buffer.AsSpan(0, DatagramLength), now))
            {
                _sent++;
                _nextAt = now + Pause;
            }
        }
    }

    private sealed class Connection(IByteStream stream, int number)
    {
        private int _written;
        private int _read;

        public IByteStream Stream => stream;

        public bool IsWrong { get; private set; }

        public void Turn(int total, byte[] buffer, Instant now)
        {
            while (_written < total && stream.Room > 0)
            {
                Span<byte> some = buffer.AsSpan(0, Math.Min(1_000, total - _written));
                for (int i = 0; i < some.Length; i++) { some[i] = ByteAt(_written + i); }

                _written += stream.Write(some, now);
            }

            if (_written == total) { stream.Finish(now); }

            while (stream.Peek() is { IsEmpty: false } bytes)
            {
                for (int i = 0; i < bytes.Length; i++) { IsWrong |= bytes[i] != ByteAt(_read + i); }

                _read += bytes.Length;
                stream.Take(bytes.Length, now);
            }

            stream.Consume(stream.Taken, now);
            IsWrong |= stream.IsAtEnd && _read != total;
        }

        private byte ByteAt(int offset) => unchecked((byte)((offset * 7) + (offset >> 8) + number));
    }
}
