namespace Punch.Protocol.Paths.Plans;

/// <summary>
/// Tries again from fresh ports, round by round, because two ports that clashed in a NAT stay bad while they are probed. The party that
/// begins a round joins from its fresh port and waits. The other party takes a fresh port too, primes, and joins. Then the first one dials.
/// The hello of each party names its round.
/// </summary>
internal sealed class FreshPorts : IPathPlan
{
    /// <summary>The length of each round for the low party. The last one is repeated.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 1.5, 2.5, 3.5, 5, 8 }.Select(TimeSpan.FromSeconds)];

    /// <summary>How much longer the high party waits for the low party to begin.</summary>
    private static readonly TimeSpan HighPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>When the high party takes a fresh port by itself, after the path fell silent.</summary>
    private static readonly TimeSpan HighResumesAfter = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between two rounds that the peer begins, because each costs a port.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long primes last in a later round. The peer dials when it knows the fresh port, and it may have to ask for it.
    /// </summary>
    private static readonly TimeSpan LongPriming = TimeSpan.FromSeconds(1.2);

    private readonly TimerTable<RoundTimer> _timers = new();
    private RoundState _state = RoundState.Following;
    private bool _isLow;
    private byte _peerRound;
    private int _pause;

    private enum RoundTimer
    {
        /// <summary>The round has lasted long enough.</summary>
        Next,

        /// <summary>The peer may begin another round from now on.</summary>
        JoinAgain,
    }

    private enum RoundState
    {
        /// <summary>The peer began the current round, or no side did.</summary>
        Following,

        /// <summary>This side began the round and waits for the peer to follow.</summary>
        Leading,
    }

    /// <inheritdoc/>
    public IEnumerable<TransportAddress> Places => [];

    /// <inheritdoc/>
    public byte Round { get; private set; }

    /// <summary>How often fresh ports were taken.</summary>
    public int Rounds { get; private set; }

    /// <summary>Whether the peer does not know the current round yet, by its hello.</summary>
    public bool IsPeerBehind => IsBehind(_peerRound, Round);

    /// <summary>Whether this side began the round. Then it dials and the peer primes.</summary>
    public bool Leads => _state == RoundState.Leading;

    /// <inheritdoc/>
    public bool HasTried => Rounds > 0;

    /// <inheritdoc/>
    public Instant? NextTimeout => _timers[RoundTimer.Next];

    /// <summary>A peer was introduced. Returns whether this side takes over the peer's round, so that its own hello must name it.</summary>
    public bool Adopt(byte peerRound, bool isLow, Instant now)
    {
        _isLow = isLow;
        _peerRound = peerRound;
        _state = RoundState.Following;
        bool isBehind = IsBehind(Round, peerRound);
        if (isBehind) { Round = peerRound; }

        _pause = 0;
        Schedule(now);
        return isBehind;
    }

    /// <summary>The peer's hello names this round.</summary>
    public void NotePeerRound(byte round) => _peerRound = round;

    /// <summary>Whether the peer is in a round that this side has not entered yet.</summary>
    public bool IsBehindPeer => IsBehind(Round, _peerRound);

    /// <summary>The peer has begun a round. This side takes a fresh port, too, and primes it before the peer learns of it.</summary>
    public void Join(PathFinder finder, Instant now)
    {
        if (_timers[RoundTimer.JoinAgain] > now) { return; }

        _timers[RoundTimer.JoinAgain] = now + ShortestRound;
        _state = RoundState.Following;
        TakeFreshPort(finder, _peerRound, now);
        finder.Restart(now);
        finder.Renew(LongPriming, now);
    }

    /// <summary>A fresh port could not be bound. It takes another one in the same round.</summary>
    public void Replace(PathFinder finder, Instant now) => TakeFreshPort(finder, Round, now);

    /// <inheritdoc/>
    public void Timeout(PathFinder finder, Instant now)
    {
        if (!_timers.IsDue(RoundTimer.Next, now)) { return; }

        // Wait for a peer that has not followed yet.
        if (Leads && IsPeerBehind) { Schedule(now); }
        else { Begin(finder, now); }
    }

    /// <inheritdoc/>
    public void OnSilence(PathFinder finder, Instant now)
    {
        // Do not wait to see whether the same ports work: the path must be open again within seconds.
        _pause = 0;
        if (_isLow)
        {
            Begin(finder, now);
            return;
        }

        finder.Restart(now);
        _timers[RoundTimer.Next] = now + HighResumesAfter;
    }

    /// <inheritdoc/>
    public void OnResumed(Instant now) => Schedule(now);

    /// <inheritdoc/>
    public bool Withholds(in TransportAddress remote) => !remote.Host.IsV6 && Leads && IsPeerBehind;

    /// <inheritdoc/>
    public bool IsOwn(in Route route) => false;

    // RFC 1982: the round numbers wrap around.
    private static bool IsBehind(byte a, byte b) => unchecked((sbyte)(a - b)) < 0;

    private void Schedule(Instant now)
    {
        TimeSpan pause = Pauses[Math.Min(_pause++, Pauses.Length - 1)];
        _timers[RoundTimer.Next] = now + pause + (_isLow ? TimeSpan.Zero : HighPatience);
    }

    private void Begin(PathFinder finder, Instant now)
    {
        _state = RoundState.Leading;
        TakeFreshPort(finder, unchecked((byte)(Round + 1)), now);
        finder.ForgetHeard();
        finder.Restart(now);
        finder.Renew(TimeSpan.Zero, now);
    }

    private void TakeFreshPort(PathFinder finder, byte round, Instant now)
    {
        Round = round;
        Rounds++;
        Schedule(now);
        finder.TakeFreshPort(now);
    }
}
