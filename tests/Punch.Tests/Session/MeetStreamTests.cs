using Punch.Protocol.Session.Wires;
using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetStreamTests
{
    private static readonly Func<SessionOptions, SessionOptions> Streams =
        options => options with { Use = PathUse.Streams, Streams = StreamUse.Pipe };

    [Theory]
    [InlineData("linux", "port-restricted")]
    [InlineData("symmetric-random", "symmetric-random")]
    public void A_stream_goes_both_ways_and_both_end(string a, string b)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            MeetPair pair = MeetPair.Of(a, b, new MeetPairOptions { Seed = seed, AdjustA = Streams, AdjustB = Streams, Relay = new() });
            var atA = new PipeProgram(() => pair.Find(pair.A), 300_000);
            var atB = new PipeProgram(() => pair.Find(pair.B), 50_000);

            Run(pair, [atA, atB], TimeSpan.FromSeconds(30));

            pair.Claim(pair.AreEnded, $"both have ended, seed {seed}");
            pair.Claim(pair.Session(pair.A).Statistics.Data == DataOutcome.Complete, "A is complete");
            pair.Claim(pair.Session(pair.B).Statistics.Data == DataOutcome.Complete, "B is complete");
            pair.Claim(atA.Received == 50_000 && atB.Received == 300_000, "every byte arrived");
        }
    }

    [Fact]
    public void A_router_that_is_rebooted_does_not_end_a_stream()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            MeetPair pair = MeetPair.Of(
                "linux", "port-restricted", new MeetPairOptions { Seed = seed, AdjustA = Streams, AdjustB = Streams });
            var atA = new PipeProgram(() => pair.Find(pair.A), 3_000_000) { Rate = 200_000 };
            var atB = new PipeProgram(() => pair.Find(pair.B), 0);
            Instant rebooted = Instant.At(TimeSpan.FromSeconds(5 + (0.1 * seed)));
            pair.Simulator.Schedule(rebooted, now => (pair.SiteB.Router.Middlebox as Nat)?.Reboot(now));

            Run(pair, [atA, atB], TimeSpan.FromSeconds(60));

            pair.Claim(pair.AreEnded, $"both have ended, seed {seed}");
            pair.Claim(pair.Session(pair.A).Statistics.Data == DataOutcome.Complete, $"A is complete, seed {seed}");
            pair.Claim(atB.Received == 3_000_000, $"every byte arrived, seed {seed}");
            pair.Claim(atB.LongestPause <= TimeSpan.FromSeconds(6), $"it paused for {atB.LongestPause}, seed {seed}");
        }
    }

    [Fact]
    public void A_stream_without_a_path_says_so_and_how_long_it_waited()
    {
        var outage = new Outage(Instant.At(TimeSpan.FromSeconds(5)), Instant.At(TimeSpan.FromSeconds(35)));
        var options = new MeetPairOptions { Seed = 1, Link = new LinkOptions { Outages = [outage] }, AdjustA = Streams, AdjustB = Streams };
        MeetPair pair = MeetPair.Of("open", "open", options);
        var atA = new PipeProgram(() => pair.Find(pair.A), 4_000_000) { Rate = 200_000 };
        var atB = new PipeProgram(() => pair.Find(pair.B), 0);

        Run(pair, [atA, atB], TimeSpan.FromSeconds(90));

        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(atB.Received == 4_000_000, "every byte arrived");
        SessionEvent[] events = [.. pair.A.Events.Select(e => e.Event)];
        pair.Claim(events.Count(e => e.Kind == SessionEventKind.StreamsSuspended) == 1, "it said once that it waits");
        SessionEvent resumed = events.Single(e => e.Kind == SessionEventKind.StreamsResumed);
        pair.Claim(resumed.SilentFor > TimeSpan.FromSeconds(15) && resumed.SilentFor < TimeSpan.FromSeconds(35), $"{resumed.SilentFor}");
        pair.Claim(pair.Session(pair.A).Statistics.StreamsSuspended == resumed.SilentFor, "the statistics say it, too");
    }

    [Fact]
    public void A_side_with_a_stream_and_one_without_both_say_so()
    {
        MeetPair pair = MeetPair.Of("linux", "linux", new MeetPairOptions { Seed = 1, AdjustA = Streams });

        Run(pair, [new PipeProgram(() => pair.Find(pair.A), 100)], TimeSpan.FromSeconds(10));

        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(pair.Session(pair.A).Statistics.Data == DataOutcome.NoMatch, "A says so");
        pair.Claim(pair.Session(pair.B).Statistics.Data == DataOutcome.NoMatch, "B says so");
    }

    [Fact]
    public void A_peer_that_is_stopped_leaves_a_stream_cut_short()
    {
        MeetPair pair = MeetPair.Of("linux", "linux", new MeetPairOptions { Seed = 1, AdjustA = Streams, AdjustB = Streams });
        var atA = new PipeProgram(() => pair.Find(pair.A), 1_000_000) { Rate = 100_000 };
        pair.Simulator.Schedule(Instant.At(TimeSpan.FromSeconds(3)), now => pair.Session(pair.B).Stop(now));

        Run(pair, [atA, new PipeProgram(() => pair.Find(pair.B), 10)], TimeSpan.FromSeconds(10));

        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(pair.Session(pair.A).Statistics.Data == DataOutcome.PeerLeft, "A says so");
    }

    [Fact]
    public void A_peer_that_acknowledges_what_it_did_not_get_is_closed_and_an_honest_one_is_not()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            foreach (bool isHostile in (bool[])[false, true])
            {
                ulong counter = 0;
                MeetPair pair = MeetPair.Of(
                    "open", "open", new MeetPairOptions { Seed = seed, Gap = TimeSpan.Zero, AdjustA = Small, AdjustB = Small });

                // More packets than the longest way to a number that is left out.
                var atA = new PipeProgram(() => pair.Find(pair.A), (NumberSkips.Longest + 1_000) * 1_400L);
                var atB = new PipeProgram(() => pair.Find(pair.B), 0) { Turned = isHostile ? Acknowledge : null };

                Run(pair, [atA, atB], TimeSpan.FromSeconds(30));

                pair.Claim(pair.AreEnded, $"both have ended, seed {seed}");
                DataOutcome outcome = pair.Session(pair.A).Statistics.Data;
                pair.Claim(outcome == (isHostile ? DataOutcome.Broken : DataOutcome.Complete), $"A ended as {outcome}, {isHostile}, seed {seed}");

                static SessionOptions Small(SessionOptions options) => Streams(options) with { MaxDatagram = 1_400 };

                // Every number that has left, whether it came or not.
                void Acknowledge(Instant now)
                {
                    ulong sent = ((SealedWire)pair.Session(pair.A).Gathering.Wire).Session?.NextCounter ?? 0;
                    for (; counter < sent; counter++) { pair.Session(pair.B).StreamChannel!.NoteFrame(counter, now); }
                }
            }
        }
    }

    private static void Run(MeetPair pair, PipeProgram[] programs, TimeSpan limit)
    {
        var step = TimeSpan.FromMilliseconds(1);
        void Turn(Instant now)
        {
            foreach (PipeProgram program in programs) { program.Turn(now); }

            if (now < Instant.At(limit)) { pair.Simulator.Schedule(now + step, Turn); }
        }

        pair.Simulator.Schedule(pair.Simulator.Now, Turn);
        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(limit));
    }

    /// <summary>A program at one side: it writes zeros, and takes what comes.</summary>
    private sealed class PipeProgram(Func<PeerSession?> session, long total)
    {
        private static readonly byte[] Zeros = new byte[4096];
        private long _left = total;
        private long _written;
        private Instant? _lastAt;
        private bool _isFinished;

        public double Rate { get; init; }

        public Action<Instant>? Turned { get; init; }

        public long Received { get; private set; }

        public TimeSpan LongestPause { get; private set; }

        public void Turn(Instant now)
        {
            if (session()?.Pipe is not { } stream) { return; }

            Turned?.Invoke(now);
            while (stream.Peek() is { IsEmpty: false } bytes)
            {
                Received += bytes.Length;
                if (now - _lastAt > LongestPause) { LongestPause = now - _lastAt!.Value; }

                _lastAt = now;
                stream.Take(bytes.Length, now);
            }

            stream.Consume(stream.Taken, now);
            long most = Rate > 0 ? Math.Max(0, (long)((now - Instant.Zero).TotalSeconds * Rate) - _written) : _left;
            for (; Math.Min(_left, most) > 0 && stream.Room > 0;)
            {
                int count = stream.Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, Math.Min(_left, most))), now);
                _left -= count;
                _written += count;
                most -= count;
            }

            if (_left > 0 || _isFinished) { return; }

            _isFinished = true;
            stream.Finish(now);
        }
    }
}
