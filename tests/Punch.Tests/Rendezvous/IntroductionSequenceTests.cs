using Punch.Protocol.Candidates.Rendezvous;
using Punch.Tests.Frames;
using Xunit;

namespace Punch.Tests.Rendezvous;

/// <summary>
/// Two parties, with a server and a path between them that belong to an attacker. The attacker has the hellos of twenty former processes
/// with the same code. It delivers any hello and any frame that it ever saw, in any order.
/// </summary>
public sealed class IntroductionSequenceTests
{
    private const int Ghosts = 20;
    private const int Steps = 2_000;

    [Fact]
    public void No_sequence_of_introductions_accepts_a_frame_twice_or_seals_a_counter_twice()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            using var world = new World(seed);
            for (int i = 0; i < Steps; i++) { world.Step(); }

            Assert.True(world.Renewals > 10 && world.Delivered > 20, $"seed {seed}: {world.Renewals} keys, {world.Delivered} frames");
            Assert.True(world.MeetsHonestly(), $"seed {seed}: the two do not meet once the newest hellos come through");
        }
    }

    [Fact]
    public void Few_keys_are_made_however_often_a_server_takes_turns_with_two_old_hellos()
    {
        using var world = new World(1);

        int renewals = world.TakeTurns(seconds: 10, aSecond: 200);

        Assert.InRange(renewals, 10, SessionMaker.RenewalsAtOnce + (10 * SessionMaker.RenewalsPerSecond));
    }

    [Theory]
    [InlineData(SessionMaker.Capacity, 0)]
    [InlineData(SessionMaker.Capacity + 1, 1)]
    public void A_key_serves_a_limited_number_of_parties(int parties, int renewals)
    {
        using var world = new World(1);

        Assert.Equal(renewals, world.IntroduceGhosts(parties));
    }

    private sealed class World : IDisposable
    {
        private readonly MeetingKeys _keys = MeetingRig.Keys();
        private readonly Side _a;
        private readonly Side _b;
        private readonly List<(PartyId Party, byte[] Hello)> _hellos = [];
        private readonly List<byte[]> _frames = [];
        private readonly HashSet<string> _headers = [];
        private SplitMix64 _random;
        private Instant _now = Instant.At(TimeSpan.FromSeconds(100));
        private ulong _number;

        public World(ulong seed)
        {
            _random = new SplitMix64(seed);
            _a = MakeSide(MeetingRig.Low);
            _b = MakeSide(MeetingRig.High);
            Record(_a);
            Record(_b);
            for (int i = 0; i < Ghosts; i++)
            {
                using Side ghost = MakeSide(new PartyId((UInt128)(i + 1)));
                Record(ghost);
            }
        }

        public int Renewals { get; private set; }

        public int Delivered { get; private set; }

        public void Step()
        {
            _now += TimeSpan.FromMilliseconds(_random.NextInt(400));
            Side side = _random.NextInt(2) == 0 ? _a : _b;
            switch (_random.NextInt(8))
            {
                case 0: Introduce(side, _hellos[_random.NextInt(_hellos.Count)]); break;
                case 1: Introduce(side, Newest(side == _a ? _b : _a)); break;
                case 2: side.Introductions.MayReplacePeer = _random.NextInt(4) > 0; break;
                case 3 or 4: Send(side); break;
                default: Replay(side); break;
            }
        }

        public bool MeetsHonestly()
        {
            _a.Introductions.MayReplacePeer = _b.Introductions.MayReplacePeer = true;
            for (int i = 0; i < 10; i++)
            {
                _now += TimeSpan.FromSeconds(1);
                Introduce(_a, Newest(_b));
                Introduce(_b, Newest(_a));
            }

            return Reaches(_a, _b) && Reaches(_b, _a);
        }

        public int TakeTurns(int seconds, int aSecond)
        {
            for (int i = 0; i < seconds * aSecond; i++)
            {
                _now += TimeSpan.FromSeconds(1) / aSecond;
                Introduce(_a, _hellos[2 + (i % 2)]);
            }

            return Renewals;
        }

        public int IntroduceGhosts(int count)
        {
            for (int i = 0; i < count; i++) { Introduce(_a, _hellos[2 + i]); }

            return Renewals;
        }

        public void Dispose()
        {
            _a.Dispose();
            _b.Dispose();
            _keys.Dispose();
        }

        private Side MakeSide(PartyId party)
        {
            byte[] scalar = [.. Enumerable.Range(0, EphemeralKey.ScalarLength).Select(_ => (byte)_random.NextInt(256))];
            return new Side(_keys, party, scalar);
        }

        private void Record(Side side) => _hellos.Add((side.Party, side.Hello()));

        private (PartyId Party, byte[] Hello) Newest(Side side) => _hellos.Last(each => each.Party == side.Party);

        private void Introduce(Side side, (PartyId Party, byte[] Hello) told)
        {
            byte[] party = new byte[PartyId.Length];
            told.Party.Write(party);
            var entry = new PeerEntry { Party = party, Sealed = told.Hello };
            side.Introductions.Introduce(entry, TransportAddress.Parse("192.0.2.1:3478"), IntroductionSource.Reply, _now);
            while (side.Introductions.TryTake(out Introduction introduction))
            {
                if (!introduction.IsOwnKeyNew) { continue; }

                Renewals++;
                Record(side);
            }
        }

        private byte[]? Send(Side side)
        {
            if (side.Introductions.Peer?.Session is not { } session) { return null; }

            byte[] frame = session.Frame(FrameType.Payload, BitConverter.GetBytes(++_number));
            Assert.True(_headers.Add(Convert.ToHexString(frame.AsSpan(0, 13))), "a counter was sealed twice under one key");
            _frames.Add(frame);
            return frame;
        }

        private void Replay(Side side)
        {
            if (_frames.Count == 0) { return; }

            // Sometimes the newest ones, because otherwise nothing would ever arrive.
            int most = _random.NextInt(2) == 0 ? Math.Min(4, _frames.Count) : _frames.Count;
            Receive(side, _frames[_frames.Count - 1 - _random.NextInt(most)]);
        }

        private bool Receive(Side side, byte[] frame)
        {
            Span<byte> body = stackalloc byte[64];
            bool isOpened = side.Introductions.Peer?.Session?.Open(frame, body, out _, out _) == FrameError.None;
            if (!isOpened) { return false; }

            Delivered++;
            Assert.True(side.Received.Add(BitConverter.ToUInt64(body)), "a frame was taken in twice");
            return true;
        }

        private bool Reaches(Side from, Side to) => Send(from) is { } frame && Receive(to, frame);
    }

    private sealed class Side : IDisposable
    {
        private readonly OwnKeys _own;
        private readonly HelloSealer _sealer;

        public Side(MeetingKeys keys, PartyId party, byte[] scalar)
        {
            Party = party;
            _own = new OwnKeys(scalar);
            _sealer = new HelloSealer(keys, party);
            Introductions = new Introductions(keys, _own, party);
        }

        public PartyId Party { get; }

        public Introductions Introductions { get; }

        public HashSet<ulong> Received { get; } = [];

        public byte[] Hello() => _sealer.Seal(new Hello(0, default, _own.Current.PublicKey, [])).ToArray();

        public void Dispose()
        {
            Introductions.Dispose();
            _sealer.Dispose();
            _own.Dispose();
        }
    }
}
