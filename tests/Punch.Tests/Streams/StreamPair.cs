using Xunit;

namespace Punch.Tests.Streams;

/// <summary>What stands before a host, as a SYN that nobody there asked for finds it.</summary>
public enum Door
{
    /// <summary>Nothing: the host takes it, or refuses it while nothing listens.</summary>
    Open,

    /// <summary>A firewall or a router that drops it.</summary>
    Drops,

    /// <summary>A router that answers with RST.</summary>
    Refuses,
}

/// <summary>
/// Two sessions over TCP in virtual time. A way is a pair of addresses, with its own delay. A SYN comes in if nothing drops it or the side
/// behind has sent one itself, and two that cross make one stream, as in RFC 9293 §3.5.
/// </summary>
internal sealed class StreamPair
{
    private readonly PriorityQueue<Action, (Instant At, long Order)> _events = new();
    private readonly byte[] _buffer = new byte[65_535];
    private readonly TimeSpan[] _delays;
    private readonly Dictionary<(Side From, int Way), TimeSpan> _skews = [];
    private long _order;

    public StreamPair(TimeSpan[] delays, (Door A, Door B) doors, TimeSpan gap, ulong seed, Func<SessionOptions, SessionOptions> adjust)
    {
        _delays = delays;
        var random = new SplitMix64(seed);
        A = new Side(this, doors.A, 1, random.Next(), adjust);
        B = new Side(this, doors.B, 2, random.Next(), adjust);
        A.Peer = B;
        B.Peer = A;
        for (int way = 0; way < delays.Length; way++)
        {
            TimeSpan skew = delays.Length > 1 ? random.NextDuration(delays[way] / 2) : TimeSpan.Zero;
            _skews[(A, way)] = way == 0 ? skew : -skew;
            _skews[(B, way)] = way == 0 ? -skew : skew;
        }

        bool isAFirst = random.NextInt(2) == 0;
        At(Instant.Zero, () => (isAFirst ? A : B).Start());
        At(Instant.At(gap), () => (isAFirst ? B : A).Start());
        LaterStart = Instant.At(gap);
    }

    public Instant Now { get; private set; }

    public Instant LaterStart { get; }

    public Side A { get; }

    public Side B { get; }

    public Side[] Sides => [A, B];

    public bool AreEnded => Sides.All(side => side.Session is { IsEnded: true });

    /// <summary>The delay of a way in one direction. With several ways each is quicker in another direction.</summary>
    public TimeSpan DelayFrom(Side side, int way) => _delays[way] + _skews[(side, way)];

    public void RunUntil(Func<bool> isDone, TimeSpan limit)
    {
        while (!isDone() && _events.TryDequeue(out Action? action, out (Instant At, long Order) due) && due.At <= Instant.At(limit))
        {
            Now = due.At;
            action();
        }
    }

    public void At(Instant at, Action action) => _events.Enqueue(action, (at, _order++));

    /// <summary>One of the two.</summary>
    internal sealed class Side(StreamPair pair, Door door, byte number, ulong seed, Func<SessionOptions, SessionOptions> adjust)
    {
        private readonly HashSet<int> _hasSent = [];
        private readonly Dictionary<int, long> _attempts = [];
        private readonly Dictionary<int, Instant> _armed = [];
        private long _attempt;

        public Side Peer { get; set; } = null!;

        public PeerSession? Session { get; private set; }

        public HashSet<int> Streams { get; } = [];

        public List<(SessionEvent Event, Instant At)> Events { get; } = [];

        public Instant? OpenedAt => Events.Where(e => e.Event.Kind == SessionEventKind.Opened).Select(e => (Instant?)e.At).FirstOrDefault();

        /// <summary>Its address on a way: IPv4 on the first, IPv6 on the second.</summary>
        public TransportAddress Address(int way) =>
            new(HostAddress.Parse(way == 0 ? $"192.0.2.{number}" : $"2001:db8::{number}"), 6311, Transport.Tcp);

        public void Start()
        {
            var options = new SessionOptions
            {
                Target = new SessionTarget.NamedHost { Remotes = [.. pair._delays.Select((_, way) => Peer.Address(way))] },
                Locals = [.. pair._delays.Select((_, way) => Local(way))],
                Id = seed | 1,
                Seed = seed,
                WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
            };
            Session = new PeerSession(adjust(options), pair.Now);
            Drain();
        }

        public void Note(NetworkNotice notice)
        {
            Session?.Note(notice, pair.Now);
            Drain();
        }

        /// <summary>The stream of a way ends on this side, without a word to the other.</summary>
        public void Break(int way)
        {
            if (Streams.Remove(way)) { Note(NetworkNotice.StreamClosed(Peer.Address(way), "the connection was reset")); }
        }

        private static TransportAddress Local(int way) => new(way == 0 ? HostAddress.AnyV4 : HostAddress.AnyV6, 6311, Transport.Tcp);

        private void Drain()
        {
            if (Session is null) { return; }

            while (Session.TryTransmit(pair._buffer, out Transmit transmit)) { Send(transmit, pair._buffer[..transmit.Length]); }

            while (Session.TryStream(out StreamRequest request))
            {
                int way = request.Remote.Host.IsV6 ? 1 : 0;
                if (request.Action == StreamAction.Open) { Dial(way); }
                else { Close(way); }
            }

            while (Session.TryEvent(out SessionEvent e)) { Events.Add((e, pair.Now)); }

            Arm();
        }

        private void Arm()
        {
            if (Session!.NextTimeout is not { } next || (_armed.TryGetValue(0, out Instant armed) && armed == next)) { return; }

            _armed[0] = next;
            pair.At(next, () =>
            {
                _armed.Remove(0);
                Session.Timeout(pair.Now);
                Drain();
            });
        }

        private void Send(in Transmit transmit, byte[] datagram)
        {
            Assert.True(transmit.To.IsStream);
            int way = transmit.To.Host.IsV6 ? 1 : 0;
            if (!Streams.Contains(way)) { return; }

            pair.At(pair.Now + pair.DelayFrom(this, way), () =>
            {
                if (!Peer.Streams.Contains(way)) { return; }

                Peer.Session!.Receive(new Datagram(Address(way), Local(way), datagram), pair.Now);
                Peer.Drain();
            });
        }

        private void Dial(int way)
        {
            long attempt = ++_attempt;
            TimeSpan there = pair.DelayFrom(this, way);
            TimeSpan back = pair.DelayFrom(Peer, way);
            _attempts[way] = attempt;
            _hasSent.Add(way);
            pair.At(pair.Now + there, () =>
            {
                bool isLetIn = Peer.IsOpenFor(way);
                if (!isLetIn && Peer.Drops) { return; }

                pair.At(pair.Now + back, () => Answer(way, attempt, isLetIn));
            });
        }

        private bool Drops => door == Door.Drops;

        private bool IsOpenFor(int way) => Session is { IsEnded: false } && (door == Door.Open || _hasSent.Contains(way));

        private void Answer(int way, long attempt, bool isTaken)
        {
            if (_attempts.GetValueOrDefault(way) != attempt) { return; }

            _attempts.Remove(way);
            if (!isTaken)
            {
                Note(NetworkNotice.StreamClosed(Peer.Address(way), "connection refused", isRefused: true));
                return;
            }

            Open(way);
            pair.At(pair.Now + pair.DelayFrom(this, way), () => Peer.Open(way));
        }

        private void Open(int way)
        {
            if (Session is not { IsEnded: false } || !Streams.Add(way)) { return; }

            _attempts.Remove(way);
            Note(NetworkNotice.StreamOpened(Local(way), Peer.Address(way)));
        }

        private void Close(int way)
        {
            _attempts.Remove(way);
            if (Streams.Remove(way)) { pair.At(pair.Now + pair.DelayFrom(this, way), () => Peer.Break(way)); }

            pair.At(pair.Now, () => Note(NetworkNotice.StreamClosed(Peer.Address(way), null)));
        }
    }
}
