using System.Diagnostics;
using Punch.Protocol.Channels;

namespace Punch.Protocol.Session;

/// <summary>
/// How a side leaves: it says so, repeats it until the peer has its proof, too, and goes when nobody waits for it or its time is up.
/// </summary>
internal sealed class Departure(PathUse use)
{
    /// <summary>
    /// Sends of the last message while the peer's proof is unknown: at 30 % loss all of them fail once in two million times.
    /// </summary>
    private const int LastMessages = 12;

    private static readonly TimeSpan ShortestLeave = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a side stays for a peer that has not confirmed its data: a path that broke is found again within half of it.
    /// </summary>
    private static readonly TimeSpan LongestUnconfirmed = TimeSpan.FromSeconds(10);

    /// <summary>How long data waits for a path that has closed: as long as both sides of a meeting try.</summary>
    private static readonly TimeSpan LongestStranded = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>What a datagram may be late by when the path is to be handed over free of ours.</summary>
    private static readonly TimeSpan Straggling = TimeSpan.FromMilliseconds(5);

    private readonly TimerTable<LeaveTimer> _timers = new();
    private TimeSpan _window;
    private TimeSpan _pause;
    private int _repeats;
    private bool _isWaitingForData;
    private uint _firstLast;

    private enum LeaveTimer
    {
        /// <summary>The last message is due again.</summary>
        Repeat,

        /// <summary>Time is up.</summary>
        Go,
    }

    public DepartureState State { get; private set; }

    public bool IsLeaving => State != DepartureState.Staying;

    public Instant? NextTimeout => _timers.Next;

    /// <summary>Whether time is up.</summary>
    public bool IsTimeUp(Instant now) => _timers.IsDue(LeaveTimer.Go, now);

    /// <summary>Whether the last message is due again.</summary>
    public bool IsRepeatDue(Instant now) => _timers.IsDue(LeaveTimer.Repeat, now);

    /// <summary>Begins to leave: the last message is due now.</summary>
    public void Begin(TimeSpan roundTrip, bool isDataUnconfirmed, Instant now)
    {
        _window = TimeSpan.FromTicks(Math.Clamp((roundTrip * 3).Ticks, ShortestLeave.Ticks, LongestLeave.Ticks));
        _pause = _window / LastMessages;
        _isWaitingForData = isDataUnconfirmed;
        _timers[LeaveTimer.Go] = now + (use == PathUse.HandOver ? LongestLeave : isDataUnconfirmed ? LongestUnconfirmed : _window);
        _timers[LeaveTimer.Repeat] = now;
        State = DepartureState.Leaving;
    }

    /// <summary>A last message goes out, with this number.</summary>
    public void NoteSent(uint sequence, Instant now)
    {
        if (_firstLast == 0) { _firstLast = sequence; }

        if (State != DepartureState.Leaving) { return; }

        if (++_repeats > LastMessages) { _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause; }

        _timers[LeaveTimer.Repeat] = now + _pause;
    }

    /// <summary>The peer has confirmed the data: a side that stayed for that goes within the usual time.</summary>
    public void NoteConfirmed(Instant now)
    {
        if (!_isWaitingForData) { return; }

        _isWaitingForData = false;
        _timers[LeaveTimer.Go] = Instant.Earlier(_timers[LeaveTimer.Go], now + _window);
    }

    /// <summary>Notes whether data waits while no path is open. That has a limit.</summary>
    public void NoteStranded(bool isStranded, Instant now)
    {
        if (IsLeaving) { return; }

        _timers[LeaveTimer.Go] = isStranded ? _timers[LeaveTimer.Go] ?? now + LongestStranded : null;
    }

    /// <summary>Whether the peer has heard that this side leaves.</summary>
    public bool IsHeard(uint seen) => IsLeaving && _firstLast != 0 && seen >= _firstLast;

    /// <summary>
    /// The peer leaves the path to another program, too. Both say no more than they must, and let pass what is still under way, so that
    /// neither program meets messages of ours and both begin at about the same moment: the side whose last message the peer had not heard
    /// waits for it to get there and for those that left there meanwhile, the other for the first half.
    /// </summary>
    public void FallSilent(bool isHeard, TimeSpan roundTrip, Instant now)
    {
        State = DepartureState.Silent;
        _timers.Clear();
        _timers[LeaveTimer.Go] = now + (isHeard ? roundTrip / 2 : roundTrip) + Straggling;
    }

    /// <summary>Whether a side that leaves may go before its time is up.</summary>
    /// <param name="peerHasProof">Whether the peer has its proof, so that nobody waits for a message of ours.</param>
    /// <param name="isDataOver">Whether no data is missing or unconfirmed.</param>
    public bool MayGo(bool peerHasProof, bool isDataOver) => use switch
    {
        PathUse.Messages => peerHasProof,
        PathUse.HandOver => false,
        PathUse.Data => isDataOver,
        PathUse.Streams => true,
        _ => throw new UnreachableException(),
    };
}

/// <summary>How far a departure has come.</summary>
internal enum DepartureState
{
    /// <summary>This side stays.</summary>
    Staying,

    /// <summary>It says that it leaves.</summary>
    Leaving,

    /// <summary>It has said so, and only waits.</summary>
    Silent,
}
