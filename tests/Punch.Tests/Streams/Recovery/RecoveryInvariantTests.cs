using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>What holds after each call, whatever the peer acknowledges and whenever.</summary>
public sealed class RecoveryInvariantTests
{
    private const ulong Seeds = 10_000;

    [Fact]
    public void Each_packet_has_one_fate_and_all_sums_agree()
    {
        for (ulong seed = 0; seed < Seeds; seed++) { new Run(seed).Go(); }
    }

    [Fact]
    public void Packets_allocate_nothing()
    {
        var rig = new RecoveryRig(new Cubic());
        var range = new PacketRange[2];
        ulong next = 1;
        void Transfer()
        {
            for (int i = 0; i < 100; i++, next += 10)
            {
                rig.Send(next, next + 9);
                rig.Wait(10);
                range[0] = new PacketRange(next + 4, next + 9);
                range[1] = new PacketRange(next, next + (i % 10 == 0 ? 2u : 3u));
                rig.Recovery.TryAcknowledge(range, TimeSpan.Zero, next + 9, rig, rig.Now);
                rig.Acknowledged.Clear();
                rig.Lost.Clear();
            }
        }

        for (int i = 0; i < 50; i++) { Transfer(); }

        Assert.Equal(0, Allocation.Fewest(Transfer));
        Assert.True(rig.Recovery.Statistics.PacketsLost > 0);
    }

    private sealed class Run(ulong seed) : IPacketFate
    {
        private const int Steps = 60;
        private const int Limit = 9_000;

        private readonly Dictionary<ulong, int> _inFlight = [];
        private readonly HashSet<ulong> _skipped = [];
        private readonly PacketRange[] _ranges = new PacketRange[6];
        private PacketRecovery _recovery = null!;
        private SplitMix64 _random = new(seed);
        private Instant _now = Instant.At(TimeSpan.FromSeconds(100));
        private ulong _last;
        private bool _isSuspended;

        public void Go()
        {
            ICongestionControl congestion = (seed % 3) switch { 0 => new NewReno(), 1 => new Cubic(), _ => new Cubic(isFiltered: false) };
            _recovery = new PacketRecovery(congestion, Limit, _now);
            if (_random.NextInt(2) == 0) { _recovery.NoteInitialRoundTrip(_random.NextDuration(TimeSpan.FromSeconds(1)), _now); }

            for (int step = 0; step < Steps; step++)
            {
                Step(_random.NextInt(10));
                Check();
            }
        }

        public void Acknowledge(in SentPacket packet, Instant now) => TakeFate(packet);

        public void Lose(in SentPacket packet, Instant now) => TakeFate(packet);

        private void TakeFate(in SentPacket packet) => Assert.True(_inFlight.Remove(packet.Number), $"seed {seed}: {packet}");

        private void Step(int kind)
        {
            switch (kind)
            {
                case < 4:
                    Send();
                    break;
                case < 7:
                    Acknowledge();
                    break;
                case < 9:
                    Pass();
                    break;
                default:
                    ChangePath();
                    break;
            }
        }

        private void Send()
        {
            for (int i = _random.NextInt(20); i > 0; i--)
            {
                _last += (ulong)_random.NextInt(3) + 1;
                if (_random.NextInt(20) == 0)
                {
                    _recovery.NoteSkipped(_last);
                    _skipped.Add(_last);
                    continue;
                }

                int probe = _recovery.MtuProbeSize(_now);
                if (probe > 0) { Note(probe, PacketTraits.AckEliciting | PacketTraits.MtuProbe); }
                else if (_recovery.MaySend(_recovery.MaxPacket, _now) == SendPermission.Yes)
                {
                    Assert.False(_isSuspended);
                    Note(_random.NextInt(_recovery.MaxPacket) + 1, Traits());
                }
            }
        }

        private PacketTraits Traits() => _random.NextInt(8) switch
        {
            0 => PacketTraits.None,
            1 => PacketTraits.AckEliciting | PacketTraits.Limited,
            _ => PacketTraits.AckEliciting,
        };

        private void Note(int size, PacketTraits traits)
        {
            _recovery.NoteSent(new SentPacket(_last, _now, size, traits, default), _now);
            _inFlight.Add(_last, size);
        }

        private void Acknowledge()
        {
            bool isHostile = _random.NextInt(4) == 0;
            int count = _random.NextInt(_ranges.Length + 1);
            ulong above = _last + (isHostile ? (ulong)_random.NextInt(3) : 0);
            for (int i = 0; i < count; i++)
            {
                ulong largest = above - Math.Min(above, (ulong)_random.NextInt(4));
                ulong smallest = largest - Math.Min(largest, (ulong)_random.NextInt(8));
                _ranges[i] = isHostile && _random.NextInt(10) == 0
                    ? new PacketRange(_random.Next(), _random.Next())
                    : new PacketRange(smallest, largest);
                above = smallest - Math.Min(smallest, isHostile ? 0UL : 1);
            }

            int before = _inFlight.Count;
            ReadOnlySpan<PacketRange> ranges = _ranges.AsSpan(0, count);
            bool isExpected = IsValid(ranges);
            bool isTaken = _recovery.TryAcknowledge(ranges, new TimeSpan(unchecked((long)_random.Next())), _last, this, _now);

            Assert.True(isTaken == isExpected, $"seed {seed}");
            if (!isTaken) { Assert.Equal(before, _inFlight.Count); }
        }

        private bool IsValid(ReadOnlySpan<PacketRange> ranges)
        {
            ulong? below = null;
            foreach (PacketRange range in ranges)
            {
                if (range.Smallest > range.Largest || range.Largest > _last || range.Largest >= below) { return false; }

                if (_skipped.OrderDescending().Take(16).Any(range.Contains)) { return false; }

                below = range.Smallest;
            }

            return below is not null;
        }

        private void Pass()
        {
            Instant? timeout = Instant.Earlier(_recovery.NextTimeout, _recovery.NextSend);
            bool isLate = _random.NextInt(8) == 0;
            _now = timeout is { } at && _random.NextInt(3) > 0 && at > _now
                ? at
                : _now + _random.NextDuration(TimeSpan.FromMilliseconds(60));
            _now += isLate ? _random.NextDuration(TimeSpan.FromDays(1)) : TimeSpan.Zero;
            for (int i = 0; i < 3; i++)
            {
                _recovery.Timeout(this, _now);
                Assert.True(_recovery.NextTimeout is null || _recovery.NextTimeout > _now, $"seed {seed}: spins");
                Assert.True(_recovery.NextSend is null || _recovery.NextSend > _now, $"seed {seed}: spins");
            }
        }

        private void ChangePath()
        {
            _isSuspended = _random.NextInt(2) == 0;
            bool isSameNetwork = _random.NextInt(2) == 0;
            if (_isSuspended)
            {
                _recovery.Suspend();
                return;
            }

            _recovery.Resume(isSameNetwork, this, _now);
            if (!isSameNetwork) { Assert.Empty(_inFlight); }
        }

        private void Check()
        {
            Assert.Equal(_inFlight.Count, _recovery.Tracked);
            Assert.Equal(_inFlight.Values.Sum(), _recovery.BytesInFlight);
            Assert.InRange(_recovery.Window, 2 * PathMtu.Base, WindowSize.Most);
            Assert.InRange(_recovery.Mtu.Current, PathMtu.Base, Limit);
            Assert.True(_recovery.RoundTrip.Smoothed > TimeSpan.Zero);
            Assert.InRange(_recovery.Burst(_now), 0, WindowSize.Most);
            Assert.InRange(_recovery.CopyOldest(new PacketContent[2]), 0, Math.Min(2, _inFlight.Count));
            if (_isSuspended) { Assert.Null(_recovery.NextTimeout); }
        }
    }
}
