namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Loss detection, timers and congestion control of the packets on one path (RFC 9002). It knows sizes, times and numbers; what packets carry is the
/// caller's business. The caller asks <see cref="MaySend"/> before a packet that counts as in flight, and notes it with <see cref="NoteSent"/>.
/// It gives each acknowledgement to <see cref="TryAcknowledge"/>, and calls <see cref="Timeout"/> at <see cref="NextTimeout"/>. Packets that
/// only acknowledge need no permission and are not noted.
/// </summary>
internal sealed class PacketRecovery
{
    // RFC 9002 §6.1.1: kPacketThreshold.
    private const int PacketThreshold = 3;

    // RFC 9002 §6.2.4: two probes, in case the first one is lost, too.
    private const int ProbesEach = 2;

    private readonly ICongestionControl _congestion;
    private readonly SentPacketTable _packets = new();
    private readonly Pacer _pacer = new();
    private readonly SkippedNumbers _skipped = new();
    private RecoveryStatistics _statistics;
    private Instant? _lossAt;
    private Instant _lastElicitingAt;
    private Instant _recoveryAt;
    private long _largest = -1;
    private long _roundEnd;
    private int _eliciting;
    private int _timeouts;
    private bool _isSuspended;

    public PacketRecovery(ICongestionControl congestion, int maxPacket, Instant now)
    {
        _congestion = congestion;
        Mtu = new PathMtu(maxPacket);
        _recoveryAt = now - TimeSpan.FromTicks(1);
        congestion.Reset(Mtu.Current);
        UpdateRate(now);
        _pacer.Reset(now);
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

    /// <summary>Packets that must go now, beyond the window and the pacer (RFC 9002 §6.2.4).</summary>
    public int ProbesDue { get; private set; }

    /// <summary>When the pacer allows the next packet; null if it does not hold one back.</summary>
    public Instant? NextSend => _pacer.Next;

    /// <summary>When <see cref="Timeout"/> is due; null if nothing is in flight or there is no path.</summary>
    public Instant? NextTimeout => _isSuspended ? null : _lossAt ?? (_eliciting > 0 ? _lastElicitingAt + (RoundTrip.Pto * (1 << _timeouts)) : null);

    /// <summary>Counts since the start.</summary>
    public RecoveryStatistics Statistics => _statistics;

    /// <summary>The largest packet to send now. A probe after a timeout is small, because size may be the reason for the silence.</summary>
    public int MaxPacket => ProbesDue > 0 ? PathMtu.Base : Mtu.Current;

    /// <summary>Whether a packet of this size may be sent.</summary>
    public SendPermission MaySend(int size, Instant now)
    {
        if (_isSuspended) { return SendPermission.WindowFull; }

        if (_packets.Free == 0) { return SendPermission.TableFull; }

        if (ProbesDue > 0) { return SendPermission.Yes; }

        if (BytesInFlight + size > Window) { return SendPermission.WindowFull; }

        return _pacer.MaySend(now) ? SendPermission.Yes : SendPermission.Paced;
    }

    /// <summary>How many bytes may be sent at once, so that a caller can make a batch.</summary>
    public int Burst(Instant now) => (int)Math.Clamp(Math.Min(Window - BytesInFlight, _pacer.Credit(now)), 0, int.MaxValue);

    /// <summary>Takes a guess of the round trip from the proof of the path.</summary>
    public void NoteInitialRoundTrip(TimeSpan roundTrip) => RoundTrip.Guess(roundTrip);

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
            _lastElicitingAt = packet.SentAt;
            ProbesDue = Math.Max(0, ProbesDue - 1);
        }

        if (packet.IsMtuProbe) { Mtu.NoteProbe(); }

        _pacer.NoteSent(packet.Size, now);
    }

    /// <summary>Takes note of a number that was left out on purpose. Its acknowledgement shows a peer that acknowledges what it did not get.</summary>
    public void NoteSkipped(ulong number) => _skipped.Add(number);

    /// <summary>
    /// Takes an acknowledgement. False if it breaks the protocol (RFC 9000 §13.1): the ranges overlap or do not fall, or name a number that was
    /// not sent. Then nothing changes.
    /// </summary>
    /// <param name="newestFirst">The ranges, the newest one first.</param>
    /// <param name="delay">How long the peer waited with it.</param>
    /// <param name="lastSent">The newest number that was sent, tracked or not.</param>
    /// <param name="fate">Hears of each packet.</param>
    /// <param name="now">When it came.</param>
    public bool TryAcknowledge(ReadOnlySpan<PacketRange> newestFirst, TimeSpan delay, ulong lastSent, IPacketFate fate, Instant now)
    {
        if (newestFirst.IsEmpty || newestFirst[0].Largest > lastSent) { return false; }

        for (int i = 0; i < newestFirst.Length; i++)
        {
            if (newestFirst[i].Smallest > newestFirst[i].Largest || _skipped.AnyIn(newestFirst[i])) { return false; }

            if (i > 0 && newestFirst[i].Largest >= newestFirst[i - 1].Smallest) { return false; }
        }

        long newest = -1;
        int count = 0;
        long growth = 0;
        SentPacket last = default;
        foreach (PacketRange range in newestFirst)
        {
            for (long at = _packets.PreviousInFlight(_packets.AtMost(range.Largest)); at >= 0; at = _packets.PreviousInFlight(at - 1))
            {
                SentPacket packet = _packets[at];
                if (packet.Number < range.Smallest) { break; }

                if (at > newest) { (newest, last) = (at, packet); }

                count++;
                if (!packet.IsLimited && packet.SentAt > _recoveryAt) { growth += packet.Size; }

                Settle(at, packet);
                _statistics.PacketsAcknowledged++;
                _statistics.BytesAcknowledged += packet.Size;
                Mtu.Acknowledge(packet);
                fate.Acknowledge(packet, now);
            }
        }

        if (count == 0) { return true; }

        TimeSpan? sample = null;
        if (newest > _largest)
        {
            _largest = newest;
            sample = now - last.SentAt;
            RoundTrip.Note(now - last.SentAt, delay);
        }

        bool startsRound = newest >= _roundEnd;
        if (startsRound) { _roundEnd = _packets.End; }

        _timeouts = 0;
        ProbesDue = 0;
        DetectLosses(fate, now);
        _congestion.Resize(Mtu.Current);
        _congestion.Acknowledge(new AckSample(now, count, growth, sample, RoundTrip.Smoothed, startsRound));
        UpdateRate(now);
        _packets.Shrink();
        return true;
    }

    /// <summary>Declares losses or asks for probes, as <see cref="NextTimeout"/> announced.</summary>
    public void Timeout(IPacketFate fate, Instant now)
    {
        if (NextTimeout is not { } due || due > now) { return; }

        if (_lossAt is not null)
        {
            DetectLosses(fate, now);
            UpdateRate(now);
            return;
        }

        _statistics.ProbeTimeouts++;
        _timeouts = Math.Min(_timeouts + 1, 5);
        _lastElicitingAt = now;
        ProbesDue = ProbesEach;
    }

    /// <summary>Stops all timers: there is no path. Nothing is taken for lost.</summary>
    public void Suspend() => _isSuspended = true;

    /// <summary>Goes on with a path.</summary>
    public void Resume(bool isSameNetwork, IPacketFate fate, Instant now)
    {
        _isSuspended = false;
        _timeouts = 0;
        _lastElicitingAt = now;
        ProbesDue = ProbesEach;
        if (isSameNetwork) { return; }

        while (_packets.Count > 0) { Lose(_packets.First, fate, now); }

        _lossAt = null;
        RoundTrip.Reset();
        Mtu.Reset();
        _congestion.Reset(Mtu.Current);
        _recoveryAt = now;
        UpdateRate(now);
        _pacer.Reset(now);
    }

    private void DetectLosses(IPacketFate fate, Instant now)
    {
        _lossAt = null;
        TimeSpan delay = RoundTrip.Latest > RoundTrip.Smoothed ? RoundTrip.Latest : RoundTrip.Smoothed;
        delay = delay * 9 / 8;
        if (delay < RoundTripEstimate.Granularity) { delay = RoundTripEstimate.Granularity; }

        int lost = 0;
        bool isRecovering = true;
        while (_packets.Count > 0 && _packets.First <= _largest)
        {
            SentPacket packet = _packets[_packets.First];
            if (_largest - _packets.First < PacketThreshold && packet.SentAt + delay > now)
            {
                _lossAt = packet.SentAt + delay;
                break;
            }

            lost += packet.IsMtuProbe ? 0 : 1;
            isRecovering &= packet.SentAt <= _recoveryAt;
            Lose(_packets.First, fate, now);
        }

        if (lost > 0 && _congestion.Lose(new LossSample(now, lost, isRecovering)))
        {
            _recoveryAt = now;
            _statistics.Reductions++;
        }
    }

    private void Lose(long ordinal, IPacketFate fate, Instant now)
    {
        SentPacket packet = _packets[ordinal];
        Settle(ordinal, packet);
        _statistics.PacketsLost++;
        _statistics.BytesLost += packet.Size;
        Mtu.Lose(packet, now);
        fate.Lose(packet, now);
    }

    private void Settle(long ordinal, in SentPacket packet)
    {
        _packets.Remove(ordinal);
        BytesInFlight -= packet.Size;
        if (packet.IsAckEliciting) { _eliciting--; }
    }

    private void UpdateRate(Instant now) => _pacer.SetRate(Window, _congestion.IsSlowStart, RoundTrip.Smoothed, Mtu.Current, now);
}
