using Punch.Protocol;
using Punch.Protocol.Relay;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Tables;

namespace Punch.Serving.Relay;

/// <summary>
/// The relay in this process's memory: each session has two legs, the proven addresses of two parties of a room, and what comes from one
/// goes to the other as it came. One caller owns it; it allocates only when there are more sessions than ever before.
/// <para>
/// No message names an address, so nothing is ever sent to one that did not bind itself. A leg is heard when a bind or a frame comes from
/// it. One that is not heard for <see cref="PairedLifetime"/> is sent nothing more, however much the other sends.
/// </para>
/// <para>
/// Above a limit the newest frame is dropped, nothing waits. Both legs are told when that begins, with no more bytes than came from them.
/// </para>
/// </summary>
public sealed class RelayTable : IRelay
{
    /// <summary>What a datagram counts for besides its bytes: IPv6(40) and UDP(8).</summary>
    public const int HeadersBelow = 48;

    /// <summary>How long a session is kept with one leg.</summary>
    public static readonly TimeSpan WaitingLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long a session is kept with two legs, and one that has used up its volume.</summary>
    public static readonly TimeSpan PairedLifetime = TimeSpan.FromSeconds(300);

    /// <summary>
    /// How long a leg is silent until another party may have its place, if its own party has left the room: one that lives sends
    /// keepalives, and nobody who knows the room's name can push it out.
    /// </summary>
    internal static readonly TimeSpan ReplaceableAfter = TimeSpan.FromSeconds(20);

    /// <summary>How long nothing is dropped until the next drop is news.</summary>
    internal static readonly TimeSpan EpisodeGap = TimeSpan.FromSeconds(10);

    /// <summary>How many sessions <see cref="Timeout"/> forgets, and how many it has told of the end, in one call.</summary>
    internal const int HandledAtOnce = 256;

    private const int ForgottenPerBind = 4;

    // A bind has 160 bytes, its reply 100 at most: header(20), lifetime(8), limits(16), nonce(24 of 68), fingerprint(8).
    private const int CreditOfBind = 60;
    private const int MostCredit = 4096;

    // So coarse is the order of sessions; a frame seldom changes it.
    private static readonly TimeSpan TouchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoticeInterval = TimeSpan.FromSeconds(1);

    // Between two portions.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly RelaySessions _sessions;
    private readonly NetworkShares _shares;
    private readonly ArrivalNumbers _arrivals = new();
    private readonly Queue<RelayNews> _news = new();
    private readonly ByteRate _rate;
    private readonly ByteRate _totalRate;
    private readonly int _most;
    private long _totalFullAt;
    private int _paired;
    private Instant _pausedUntil = new(long.MinValue);
    private Instant? _end;
    private int _told;

    /// <param name="options">How much it gives.</param>
    /// <param name="key0">
    /// Half of a secret from a secure source: without it, nobody can choose names or addresses that are slow to find.
    /// </param>
    /// <param name="key1">The other half.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of sessions is.</exception>
    public RelayTable(RelayOptions options, ulong key0, ulong key1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSessions, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSessions, RelayOptions.MostSessions, nameof(options));
        var keys = new KeySource(key0, key1);
        int legs = 2 * options.MaxSessions;
        _most = options.MaxSessions;
        _sessions = new RelaySessions(_most, keys);
        _shares = new NetworkShares(options.HasShares ? ShareLimits.OfLegs(legs) : ShareLimits.None, legs, keys.For(KeyPurpose.RelayShare));
        _rate = new ByteRate(options.Limits.BytesPerSecond);
        _totalRate = new ByteRate(options.TotalBytesPerSecond);
        Limits = options.Limits;
    }

    /// <inheritdoc/>
    public RelayCounts Counts => new(_sessions.Count, _paired);

    /// <inheritdoc/>
    public RelayLimits Limits { get; }

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = IsTelling ? _pausedUntil : Instant.Earlier(WaitingEnd, OtherEnd);
            return next is { } due && due < _pausedUntil ? _pausedUntil : next;
        }
    }

    private bool IsTelling => _end is not null && _told < _sessions.End;

    private Instant? WaitingEnd => EndOf(_sessions.OldestWaiting, WaitingLifetime);

    private Instant? OtherEnd => EndOf(_sessions.OldestOther, PairedLifetime);

    /// <inheritdoc/>
    public BindDecision Bind(in BindRequest request, in TransportAddress client, in Arrival arrival, IRoomDirectory rooms, Instant now)
    {
        Expire(now, ForgottenPerBind);
        if (_end is not null) { return new BindDecision(BindOutcome.Draining); }

        NameWords room = NameWords.Of(request.Room), party = NameWords.Of(request.Party);
        int session = _sessions.Find(room);
        if (session == PagedPool.None && _sessions.Count == _most) { return new BindDecision(BindOutcome.Full); }

        if (session != PagedPool.None && _sessions[session].State == RelayState.Spent) { return new BindDecision(BindOutcome.Spent); }

        int there = _sessions.FindLeg(client);
        if (!TryChoose(session, party, there, rooms, now, out int side)) { return new BindDecision(BindOutcome.Occupied); }

        bool isOwn = session != PagedPool.None && IsOf(party, session, side);
        bool isKept = isOwn && there == RelaySessions.LegOf(session, side);
        if (!isKept && !TrySeat(ref session, room, party, client, there, side, now)) { return new BindDecision(BindOutcome.OverShare); }

        Hear(session, side, CreditOfBind, now);
        _sessions[session].Leg(side).Arrival = _arrivals.Of(arrival);
        return new BindDecision(isKept ? BindOutcome.Kept : isOwn ? BindOutcome.Moved : BindOutcome.Bound, Place(session, now));
    }

    /// <inheritdoc/>
    public bool Holds(in BindRequest request, in TransportAddress client)
    {
        int leg = _sessions.FindLeg(client);
        return leg != PagedPool.None
            && _sessions[RelaySessions.SessionOf(leg)].Room == NameWords.Of(request.Room)
            && _sessions.Leg(leg).Party == NameWords.Of(request.Party);
    }

    /// <inheritdoc/>
    public void Leave(in BindRequest request, in TransportAddress client, Instant now)
    {
        if (Holds(request, client)) { Release(_sessions.FindLeg(client), now); }
    }

    /// <inheritdoc/>
    public FrameOutcome Route(in TransportAddress client, int length, Instant now, out NoticeTarget target)
    {
        target = default;
        int leg = _sessions.FindLeg(client);
        if (leg == PagedPool.None) { return FrameOutcome.Unbound; }

        int index = RelaySessions.SessionOf(leg), side = RelaySessions.SideOf(leg);
        ref RelaySession session = ref _sessions[index];
        if (session.State == RelayState.Spent) { return FrameOutcome.OverVolume; }

        Hear(index, side, length, now);
        ref RelayLeg other = ref session.Leg(1 - side);
        if (!other.IsBound) { return FrameOutcome.Alone; }

        if (now.Ticks - other.Heard >= PairedLifetime.Ticks)
        {
            Release(RelaySessions.LegOf(index, 1 - side), now);
            return FrameOutcome.Alone;
        }

        FrameOutcome outcome = Spend(index, ref session.Leg(side), length + HeadersBelow, now);
        if (outcome != FrameOutcome.Forwarded) { return outcome; }

        if (now.Ticks - session.Queued >= TouchInterval.Ticks) { _sessions.Place(index, RelayState.Paired, now); }

        target = TargetOf(other);
        return FrameOutcome.Forwarded;
    }

    /// <inheritdoc/>
    public bool TryTell(out RelayNews news) => _news.TryDequeue(out news);

    /// <inheritdoc/>
    public void Drain(TimeSpan lifetime, Instant now)
    {
        if (_end is not null) { return; }

        (_end, _told) = (now + lifetime, PagedPool.None + 1);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        bool isMore = Expire(now, HandledAtOnce);
        if (_end is { } end) { isMore |= TellOfEnd(end, now); }

        if (isMore) { _pausedUntil = now + Pause; }
    }

    /// <summary>Finds the side of a session that a party may bind; false when there is none.</summary>
    private bool TryChoose(int session, in NameWords party, int there, IRoomDirectory rooms, Instant now, out int side)
    {
        side = 0;
        if (session == PagedPool.None || IsOf(party, session, 0)) { return true; }

        side = 1;
        if (IsOf(party, session, 1)) { return true; }

        // An address has one owner: who proves it has it, and its last leg there is over.
        if (there != PagedPool.None && RelaySessions.SessionOf(there) == session)
        {
            side = RelaySessions.SideOf(there);
            return true;
        }

        for (side = 0; side < 2; side++)
        {
            if (!_sessions[session].Leg(side).IsBound || IsAbandoned(session, side, rooms, now)) { return true; }
        }

        return false;
    }

    private bool IsOf(in NameWords party, int session, int side)
    {
        ref RelayLeg leg = ref _sessions[session].Leg(side);
        return leg.IsBound && leg.Party == party;
    }

    private bool IsAbandoned(int session, int side, IRoomDirectory rooms, Instant now)
    {
        ref RelayLeg leg = ref _sessions[session].Leg(side);
        if (now.Ticks - leg.Heard < ReplaceableAfter.Ticks) { return false; }

        Span<byte> names = stackalloc byte[32];
        _sessions[session].Room.Write(names);
        leg.Party.Write(names[16..]);
        return rooms.SeatOf(names[..16], names[16..], leg.Address, now) == SeatPlace.None;
    }

    /// <summary>Puts a leg on a side of a session, which is made if need be, in place of those that are in the way.</summary>
    /// <returns>False, with what was elsewhere at that address gone, when the network has its share.</returns>
    private bool TrySeat(
        ref int session, in NameWords room, in NameWords party, in TransportAddress client, int there, int side, Instant now)
    {
        if (there != PagedPool.None && (session == PagedPool.None || there != RelaySessions.LegOf(session, side))) { Release(there, now); }

        NetworkName network = NetworkName.Of(client.Host);
        bool isTaken = session != PagedPool.None && _sessions[session].Leg(side).IsBound;
        NetworkName last = isTaken ? _sessions[session].Leg(side).Network : default;
        if (!(isTaken && last == network))
        {
            if (!_shares.TryEnter(network, (2 * _most) - _sessions.Legs)) { return false; }

            if (isTaken) { _shares.Leave(last); }
        }

        if (session == PagedPool.None)
        {
            session = _sessions.Add(room);
            _sessions[session].RefusedAt = (now - EpisodeGap).Ticks;
        }

        int leg = RelaySessions.LegOf(session, side);
        if (isTaken) { _sessions.Unbind(leg); }

        _sessions.Bind(leg, party, client);
        _sessions.Leg(leg).Told = (now - NoticeInterval).Ticks;
        return true;
    }

    /// <summary>Puts a session where it belongs.</summary>
    /// <returns>How long it is kept there.</returns>
    private TimeSpan Place(int session, Instant now)
    {
        bool isPaired = _sessions[session].Leg(0).IsBound && _sessions[session].Leg(1).IsBound;
        RelayState state = isPaired ? RelayState.Paired : RelayState.Waiting;
        CountPaired(_sessions[session].State, state);
        _sessions.Place(session, state, now);
        return isPaired ? PairedLifetime : WaitingLifetime;
    }

    private void CountPaired(RelayState before, RelayState after) =>
        _paired += (after == RelayState.Paired ? 1 : 0) - (before == RelayState.Paired ? 1 : 0);

    /// <summary>Empties a leg, and forgets its session with the last one.</summary>
    private void Release(int leg, Instant now)
    {
        int session = RelaySessions.SessionOf(leg);
        Empty(leg);
        if (_sessions[session].State == RelayState.Spent) { return; }

        bool isLast = !_sessions[session].Leg(0).IsBound && !_sessions[session].Leg(1).IsBound;
        if (isLast) { Remove(session); }
        else { Place(session, now); }
    }

    private void Empty(int leg)
    {
        if (!_sessions.Leg(leg).IsBound) { return; }

        _shares.Leave(_sessions.Leg(leg).Network);
        _sessions.Unbind(leg);
    }

    private void Remove(int session)
    {
        CountPaired(_sessions[session].State, RelayState.Free);
        Empty(RelaySessions.LegOf(session, 0));
        Empty(RelaySessions.LegOf(session, 1));
        _sessions.Remove(session);
    }

    private void Hear(int session, int side, int bytes, Instant now)
    {
        ref RelayLeg leg = ref _sessions[session].Leg(side);
        (leg.Heard, leg.Credit) = (now.Ticks, Math.Min(leg.Credit + bytes, MostCredit));
    }

    private FrameOutcome Spend(int index, ref RelayLeg from, int bytes, Instant now)
    {
        ref RelaySession session = ref _sessions[index];
        bool isInVolume = Limits.Volume == 0 || (ulong)(session.Volume + bytes) <= Limits.Volume;
        if (!isInVolume)
        {
            Tell(index, RelayEvent.VolumeReached, TimeSpan.Zero, now);
            CountPaired(session.State, RelayState.Spent);
            _sessions.Place(index, RelayState.Spent, now);
            return FrameOutcome.OverVolume;
        }

        bool isInRate = _rate.TrySpend(ref from.FullAt, bytes, now);
        if (isInRate && _totalRate.TrySpend(ref _totalFullAt, bytes, now))
        {
            session.Volume += bytes;
            return FrameOutcome.Forwarded;
        }

        bool isNew = now.Ticks - session.RefusedAt >= EpisodeGap.Ticks;
        session.RefusedAt = now.Ticks;
        if (isNew) { Tell(index, RelayEvent.RateReached, null, now); }

        return isInRate ? FrameOutcome.OverTotal : FrameOutcome.OverRate;
    }

    /// <summary>Has the legs of a session told something, as far as what came from them pays for it.</summary>
    private void Tell(int session, RelayEvent what, TimeSpan? lifetime, Instant now)
    {
        bool first = TryCharge(ref _sessions[session].Leg(0), now), second = TryCharge(ref _sessions[session].Leg(1), now);
        if (!first && !second) { return; }

        NoticeTarget firstTo = TargetOf(_sessions[session].Leg(first ? 0 : 1)), secondTo = TargetOf(_sessions[session].Leg(1));
        _news.Enqueue(first && second
            ? new RelayNews(what, lifetime, 2, firstTo, secondTo)
            : new RelayNews(what, lifetime, 1, firstTo, default));
    }

    private static bool TryCharge(ref RelayLeg leg, Instant now)
    {
        bool mayTell = leg.IsBound && leg.Credit >= RelayNotice.MaxLength && now.Ticks - leg.Told >= NoticeInterval.Ticks;
        if (mayTell) { (leg.Credit, leg.Told) = (0, now.Ticks); }

        return mayTell;
    }

    private NoticeTarget TargetOf(in RelayLeg leg) => new(leg.Address, _arrivals[leg.Arrival]);

    /// <summary>Has the legs of the next few sessions told that the server stops.</summary>
    /// <returns>Whether there are more.</returns>
    private bool TellOfEnd(Instant end, Instant now)
    {
        TimeSpan lifetime = end > now ? end - now : TimeSpan.Zero;
        for (int i = 0; i < HandledAtOnce && _told < _sessions.End; i++, _told++)
        {
            if (_sessions[_told].State is RelayState.Waiting or RelayState.Paired) { Tell(_told, RelayEvent.Draining, lifetime, now); }
        }

        return _told < _sessions.End;
    }

    /// <summary>Forgets sessions whose time is over, the longest unused first.</summary>
    /// <returns>Whether there may be more.</returns>
    private bool Expire(Instant now, int most)
    {
        for (int i = 0; i < most; i++)
        {
            if (WaitingEnd <= now) { Remove(_sessions.OldestWaiting); }
            else if (OtherEnd <= now) { Remove(_sessions.OldestOther); }
            else { return false; }
        }

        return true;
    }

    private Instant? EndOf(int session, TimeSpan lifetime) =>
        session == PagedPool.None ? null : new Instant(_sessions[session].Queued) + lifetime;
}
