namespace Punch.Protocol.Meeting.Agent;

// Two ports that clashed in a NAT stay bad as long as they are probed, so what fails is tried from fresh ones.
internal sealed partial class ConnectionAgent
{
    /// <summary>How long each round lasts for the low party; the last pause is repeated.</summary>
    private static readonly TimeSpan[] RoundPauses = [.. new[] { 1.5, 2.5, 3.5, 5, 8 }.Select(TimeSpan.FromSeconds)];

    /// <summary>How much longer the high party waits for the low one to begin.</summary>
    private static readonly TimeSpan HighPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>The least time between two rounds that the peer begins: each costs a port.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(500);

    private byte _round;
    private int _roundsTried;
    private int _roundPause;
    private Instant? _nextRound;
    private Instant _joinedRoundAt = new(long.MinValue / 2);

    /// <summary>The round, which the own hello names; counts modulo 256.</summary>
    public byte Round => _round;

    /// <summary>How often fresh ports were taken.</summary>
    public int Rounds => _roundsTried;

    /// <summary>Whether the servers are to tell the peer of us again, and us of the peer.</summary>
    public bool IsSeeking => IsTrying && (!_isHeard || IsBehind(_peer!.Hello.Round, _round));

    private bool HasBegunRound { get; set; }

    private Instant? NextRound => IsTrying ? _nextRound : null;

    // RFC 1982: the round numbers go round.
    private static bool IsBehind(byte a, byte b) => unchecked((sbyte)(a - b)) < 0;

    /// <summary>The peer's addresses of the round before are not for the fresh port: it would meet the clash that it was to avoid.</summary>
    private bool IsAwaitingRound(bool isV6) => !isV6 && HasBegunRound && IsBehind(_peer!.Hello.Round, _round);

    private void AdoptRound(byte round, Instant now)
    {
        HasBegunRound = false;
        if (IsBehind(_round, round))
        {
            _round = round;
            Ask(JoinWish.Again);
        }

        _roundPause = 0;
        ScheduleRound(now);
    }

    private void ScheduleRound(Instant now)
    {
        TimeSpan pause = RoundPauses[Math.Min(_roundPause++, RoundPauses.Length - 1)];
        _nextRound = now + pause + (_options.Party.IsBelow(_peer!.Id) ? TimeSpan.Zero : HighPatience);
    }

    private void WatchRound(Instant now)
    {
        if (NextRound is not { } due || now < due) { return; }

        // A peer that has not followed yet is waited for.
        bool isAhead = HasBegunRound && IsBehind(_peer!.Hello.Round, _round);
        if (isAhead) { ScheduleRound(now); }
        else { BeginRound(now); }
    }

    /// <summary>Takes a fresh port, joins from it, and waits for the peer to do the same.</summary>
    private void BeginRound(Instant now)
    {
        HasBegunRound = true;
        TakeFreshPort(unchecked((byte)(_round + 1)), now);
        _isHeard = false;
        RestartTargets(now);
        RenewTargets(now, TimeSpan.Zero);
    }

    /// <summary>The peer has begun a round: a fresh port here, too, primed before the peer hears of it.</summary>
    private void JoinRound(byte round, Instant now)
    {
        if (now - _joinedRoundAt < ShortestRound) { return; }

        _joinedRoundAt = now;
        HasBegunRound = false;
        TakeFreshPort(round, now);
        RestartTargets(now);
        RenewTargets(now, LongPriming);
    }

    private void TakeFreshPort(byte round, Instant now)
    {
        _round = round;
        _roundsTried++;
        ScheduleRound(now);
        if (!_sockets.Has(isV6: false))
        {
            Ask(JoinWish.Again);
            return;
        }

        TransportAddress local = _sockets.TakeFresh(isV6: false);
        _news.Add(new MeetEvent { Kind = MeetEventKind.FreshPort, Elapsed = _news.Elapsed(now), Local = local, Round = round });
        Ask(JoinWish.FromFreshPort);
    }
}
