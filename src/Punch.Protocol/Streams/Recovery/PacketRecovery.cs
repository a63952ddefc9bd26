namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Loss detection, timers and congestion control of the packets on one path (RFC 9002). It knows sizes, times and numbers; what packets
/// carry is the caller's business. The caller asks <see cref="MaySend"/> before a packet that counts as in flight, and notes it with
/// <see cref="NoteSent"/>. It gives each acknowledgement to <see cref="TryAcknowledge"/>, and calls <see cref="Timeout"/> at
/// <see cref="NextTimeout"/>. Packets that only acknowledge need no permission and are not noted.
/// </summary>
/// <remarks>
/// After <see cref="Timeout"/> neither <see cref="NextTimeout"/> nor <see cref="NextSend"/> is due, so a driver never spins.
/// </remarks>
internal sealed class PacketRecovery
{
    // Slots that only probes may take, so that a full table still hears of the path.
    private const int ReservedForProbes = 64;

    private readonly ICongestionControl _congestion;
    private readonly SentPacketTable _packets = new();
    private readonly LostPackets _lost = new();
    private readonly SkippedNumbers _skipped = new();
    private readonly ReorderingThresholds _thresholds = new();
    private readonly PersistentCongestion _persistent = new();
    private readonly ProbeTimer _probes = new();
    private readonly Pacer _pacer = new();
    private RecoveryStatistics _statistics;
    private Instant? _lossAt;
    private Instant _reducedAt;
    private long _largest = -1;
    private long _roundEnd;
    private int _eliciting;
    private bool _isSuspended;

    /// <param name="congestion">The kind of congestion control.</param>
    /// <param name="maxPacket">The largest UDP payload that both sides can take.</param>
    /// <param name="now">The time.</param>
    public PacketRecovery(ICongestionControl congestion, int maxPacket, Instant now)
    {
        _congestion = congestion;
        Mtu = new PathMtu(maxPacket);
        Begin(now);
    }

    /// <summary>The round-trip time.</summary>
    public RoundTripEstimate RoundTrip { get; } = new();

    /// <summary>The search for the largest packet.</summary>
    public PathMtu Mtu { get; }

    /// <summary>Bytes of UDP payload that are neither acknowledged nor lost.</summary>
    public long BytesInFlight { get; private set; }

    /// <summary>The congestion window in bytes.</summary>
    public long Window => _congestion.Window;

    /// <summary>How many packets are in flight.</summary>
    public int Tracked => _packets.Count;

    /// <summary>
    /// Packets that must go now, beyond the window and the pacer (RFC 9002 §6.2.4). A PING will do if there is nothing else.
    /// </summary>
    public int ProbesDue => _isSuspended ? 0 : _probes.Due;

    /// <summary>When the pacer allows the next packet; null if it does not hold one back.</summary>
    public Instant? NextSend => _isSuspended ? null : _pacer.Next;

    /// <summary>When <see cref="Timeout"/> is due; null if nothing is in flight or there is no path (RFC 9002 §6.2.1).</summary>
    public Instant? NextTimeout => _isSuspended ? null : _lossAt ?? (_eliciting > 0 ? _probes.At(RoundTrip.Pto) : null);

    /// <summary>Counts since the start.</summary>
    public RecoveryStatistics Statistics => _statistics;

    /// <summary>The largest packet to send now. A probe after a timeout is small, because size may be the reason for the silence.</summary>
    public int MaxPacket => ProbesDue > 0 ? PathMtu.Base : Mtu.Current;

    /// <summary>Whether a packet of this size may be sent.</summary>
    public SendPermission MaySend(int size, Instant now)
    {
        if (_isSuspended) { return SendPermission.WindowFull; }

        _pacer.Fill(now);
        bool isProbe = _probes.Due > 0;
        if (_packets.Free <= (isProbe ? 0 : ReservedForProbes)) { return SendPermission.TableFull; }

        if (isProbe) { return SendPermission.Yes; }

        if (BytesInFlight + size > Window) { return SendPermission.WindowFull; }

        return _pacer.MaySend(now) ? SendPermission.Yes : SendPermission.Paced;
    }

    /// <summary>How many bytes may be sent at once, so that a caller can make a batch.</summary>
    public int Burst(Instant now) =>
        _isSuspended ? 0 : (int)Math.Clamp(Math.Min(Window - BytesInFlight, _pacer.Credit(now)), 0, int.MaxValue);

    /// <summary>
    /// The size of the packet that should test the path MTU now, filled with PADDING; 0 if none is due. It needs no other permission, and
    /// carries nothing else, since it may well get lost.
    /// </summary>
    public int MtuProbeSize(Instant now) =>
        _isSuspended || !RoundTrip.HasAny || _probes.Due > 0 || _packets.Free <= ReservedForProbes ? 0 : Mtu.ProbeSize(now);

    /// <summary>Copies what the oldest packets in flight carried, so that probes can carry it again. Returns how many there were.</summary>
    public int CopyOldest(Span<PacketContent> contents)
    {
        int count = 0;
        long end = _packets.End;
        for (long at = _packets.NextInFlight(_packets.First); at < end && count < contents.Length; at = _packets.NextInFlight(at + 1))
        {
            if (!_packets[at].IsMtuProbe) { contents[count++] = _packets[at].Content; }
        }

        return count;
    }

    /// <summary>Takes a guess of the round trip from the proof of the path.</summary>
    public void NoteInitialRoundTrip(TimeSpan roundTrip, Instant now)
    {
        RoundTrip.Guess(roundTrip);
        UpdateRate(now);
    }

    /// <summary>Takes note of a packet that was sent.</summary>
    public void NoteSent(in SentPacket packet, Instant now)
    {
        _packets.Add(packet);
        BytesInFlight += packet.Size;
        _statistics.PacketsSent++;
        _statistics.BytesSent += packet.Size;
        if (packet.IsAckEliciting)
        {
            _eliciting++;
            _probes.NoteSent(packet.SentAt);
        }

        if (packet.IsMtuProbe) { Mtu.NoteProbe(); }

        // A test of a large size would hold back what follows it.
        if (!packet.IsMtuProbe) { _pacer.NoteSent(packet.Size, now); }
    }

    /// <summary>
    /// Takes note of a number that was left out on purpose. Its acknowledgement shows a peer that acknowledges what it did not get.
    /// </summary>
    public void NoteSkipped(ulong number) => _skipped.Add(number);

    /// <summary>
    /// Takes an acknowledgement. False if it breaks the protocol (RFC 9000 §13.1): the ranges overlap or do not fall, or name a number that
    /// was not sent. Then nothing changes.
    /// </summary>
    /// <param name="newestFirst">The ranges, the newest one first.</param>
    /// <param name="delay">How long the peer waited with it.</param>
    /// <param name="lastSent">The newest number that was sent, tracked or not.</param>
    /// <param name="fate">Hears of each packet.</param>
    /// <param name="now">When it came.</param>
    public bool TryAcknowledge(ReadOnlySpan<PacketRange> newestFirst, TimeSpan delay, ulong lastSent, IPacketFate fate, Instant now)
    {
        if (!_skipped.Accepts(newestFirst, lastSent)) { return false; }

        bool isWindowUsed = BytesInFlight * 2 >= Window;
        var batch = new AckBatch();
        foreach (PacketRange range in newestFirst) { Acknowledge(range, ref batch, fate, now); }

        if (batch.Packets == 0)
        {
            TakeSpurious(newestFirst);
            return true;
        }

        TimeSpan? sample = Measure(batch, delay, now);
        TakeSpurious(newestFirst);
        _probes.NoteAcknowledged();
        _congestion.Acknowledge(new AckSample(now, batch.Packets, sample, StartsRound(batch.Newest)));
        bool isReduced = DetectLosses(fate, now);

        // RFC 9002 §7.3.2: all that this acknowledges was sent before the reduction. §7.8: a window that nothing filled does not grow,
        // whatever the sender waits for.
        if (!isReduced && isWindowUsed && batch.GrowthBytes > 0) { _congestion.Grow(batch.GrowthBytes, RoundTrip.Smoothed, now); }

        UpdateRate(now);
        _packets.Shrink();
        return true;
    }

    /// <summary>Takes packets for lost or asks for probes, as <see cref="NextTimeout"/> announced. Before that it does nothing.</summary>
    public void Timeout(IPacketFate fate, Instant now)
    {
        _pacer.Fill(now);
        if (!_isSuspended && _lossAt <= now)
        {
            DetectLosses(fate, now);
            UpdateRate(now);
        }

        // A late call may find both timers due.
        if (NextTimeout <= now) { AskForProbes(fate, now); }
    }

    /// <summary>Stops all timers: there is no path. Nothing is taken for lost.</summary>
    public void Suspend() => _isSuspended = true;

    /// <summary>Goes on with a path. Probes are due at once if something is in flight.</summary>
    /// <param name="isSameNetwork">
    /// Whether only the port changed. Else round trip, window and path MTU begin anew (RFC 9000 §9.4), and what was in flight is lost.
    /// </param>
    /// <param name="fate">Hears of each lost packet.</param>
    /// <param name="now">The time.</param>
    public void Resume(bool isSameNetwork, IPacketFate fate, Instant now)
    {
        _isSuspended = false;
        if (!isSameNetwork)
        {
            while (_packets.Count > 0) { Lose(_packets.First, false, fate, now); }

            RoundTrip.Reset();
            Mtu.Reset();
            Begin(now);
        }

        // What was sent before says nothing about congestion now.
        _reducedAt = now;
        _persistent.Reset(RoundTrip.HasAny ? now : null);
        _probes.Restart(_eliciting > 0, now);
    }

    private void AskForProbes(IPacketFate fate, Instant now)
    {
        _statistics.ProbeTimeouts++;
        _probes.Fire(now);

        // Else a peer that acknowledges only new packets would keep the table full.
        if (_packets.Free == 0) { Lose(_packets.First, false, fate, now); }
    }

    /// <summary>Begins a new row of numbers: the keys changed. What was in flight is lost, which says nothing about the path.</summary>
    public void Renumber(IPacketFate fate, Instant now)
    {
        while (_packets.Count > 0) { Lose(_packets.First, false, fate, now); }

        _skipped.Clear();
        _lost.Clear();
        _lossAt = null;
        _reducedAt = now;
        _persistent.Reset(RoundTrip.HasAny ? now : null);
        _probes.Restart(false, now);
    }

    private void Begin(Instant now)
    {
        _congestion.Reset(Mtu.Current);
        _thresholds.Reset();
        _lost.Clear();
        _lossAt = null;
        _reducedAt = now - TimeSpan.FromTicks(1);
        _roundEnd = _packets.End;
        UpdateRate(now);
        _pacer.Reset(now);
    }

    private void Acknowledge(PacketRange range, ref AckBatch batch, IPacketFate fate, Instant now)
    {
        for (long at = _packets.PreviousInFlight(_packets.AtMost(range.Largest)); at >= 0; at = _packets.PreviousInFlight(at - 1))
        {
            ref readonly SentPacket packet = ref _packets[at];
            if (packet.Number < range.Smallest) { return; }

            batch.Add(packet, at, packet.SentAt > _reducedAt);
            Settle(at, packet);
            _statistics.PacketsAcknowledged++;
            _statistics.BytesAcknowledged += packet.Size;
            Mtu.Acknowledge(packet);
            fate.Acknowledge(packet, now);
        }
    }

    // RFC 9002 §5.1 measures the largest number of an acknowledgement. Numbers that are not tracked may be larger: then the sample is
    // longer by the time between both, which one batch of the receiver bounds.
    private TimeSpan? Measure(in AckBatch batch, TimeSpan delay, Instant now)
    {
        if (batch.Newest <= _largest) { return null; }

        _largest = batch.Newest;
        if (!batch.AnyEliciting) { return null; }

        TimeSpan sample = now - batch.NewestSentAt;
        RoundTrip.Note(sample, delay);
        _persistent.NoteRoundTrip(now);
        return RoundTrip.Latest;
    }

    private bool StartsRound(long acknowledged)
    {
        if (acknowledged < _roundEnd) { return false; }

        _roundEnd = _packets.End;
        return true;
    }

    private void TakeSpurious(ReadOnlySpan<PacketRange> ranges)
    {
        if (_lost.Count == 0) { return; }

        bool isUndone = false;
        foreach (PacketRange range in ranges) { _statistics.Spurious += _lost.Take(range, _largest, _thresholds, ref isUndone); }

        if (!isUndone) { return; }

        _statistics.Undone++;
        _congestion.Undo();
    }

    // RFC 9002 appendix A.10. Packets are in the order of their times, so the first one that is not lost ends the search.
    private bool DetectLosses(IPacketFate fate, Instant now)
    {
        _lossAt = null;
        TimeSpan delay = _thresholds.Delay(RoundTrip);
        int threshold = _thresholds.Packets(Window / Mtu.Current);
        var batch = new LossBatch { IsRecovering = true };
        while (_packets.First <= _largest && _packets.Count > 0)
        {
            long ordinal = _packets.First;
            Instant lateAt = _packets[ordinal].SentAt + delay;
            bool isByTime = _largest - ordinal < threshold;
            if (isByTime && lateAt > now)
            {
                _lossAt = lateAt;
                break;
            }

            batch.Add(_packets[ordinal], _reducedAt);
            Lose(ordinal, isByTime, fate, now);
        }

        _lost.Forget(now - (RoundTrip.Pto * 3));
        return batch.Packets > 0 && Reduce(batch, now);
    }

    private void Lose(long ordinal, bool isByTime, IPacketFate fate, Instant now)
    {
        ref readonly SentPacket packet = ref _packets[ordinal];
        Settle(ordinal, packet);
        _statistics.PacketsLost++;
        _statistics.BytesLost += packet.Size;
        _persistent.Lose(packet, ordinal);
        if (!packet.IsMtuProbe) { _lost.Add(packet.Number, ordinal, isByTime, now); }

        Mtu.Lose(packet, now);
        fate.Lose(packet, now);
    }

    private bool Reduce(in LossBatch batch, Instant now)
    {
        bool isReduced = _congestion.Lose(new LossSample(now, batch.Packets, batch.IsRecovering));
        if (isReduced)
        {
            _reducedAt = now;
            _statistics.Reductions++;
            _thresholds.NoteReduction();
            _lost.BeginReduction(batch.Packets);
        }
        else if (batch.IsRecovering) { _lost.JoinReduction(batch.Packets); }

        if (!_persistent.TryTake(RoundTrip.Pto)) { return isReduced; }

        _statistics.Collapses++;
        _congestion.Collapse();
        RoundTrip.ForgetShortest();
        _reducedAt = now;
        return true;
    }

    private void Settle(long ordinal, in SentPacket packet)
    {
        _packets.Remove(ordinal);
        BytesInFlight -= packet.Size;
        if (packet.IsAckEliciting) { _eliciting--; }
    }

    private void UpdateRate(Instant now)
    {
        _congestion.Resize(Mtu.Current);
        _pacer.SetRate(Window, _congestion.IsSlowStart, RoundTrip.Smoothed, Mtu.Current, now);
    }
}
