using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;

namespace Punch.Tests.Streams.Recovery.Model;

/// <summary>A sender that always has more to send, and its receiver, over a <see cref="ModelPath"/>.</summary>
internal sealed class BulkFlow : IPacketFate
{
    private static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(12);

    private readonly ModelPath _path;
    private readonly ModelReceiver _receiver = new();
    private ulong _next = 1;
    private Instant? _wakeAt;
    private bool _isAckArmed;

    public BulkFlow(ModelPath path, ICongestionControl congestion, int limit = 1_472)
    {
        _path = path;
        Recovery = new PacketRecovery(congestion, limit, path.Clock.Now);
        path.Clock.At(path.Clock.Now, Drain);
    }

    public PacketRecovery Recovery { get; }

    public long Received { get; private set; }

    public int LossesHeard { get; private set; }

    public Instant LastReceivedAt { get; private set; }

    /// <summary>The longest time between two packets that arrived.</summary>
    public TimeSpan LongestSilence { get; set; }

    private Instant Now => _path.Clock.Now;

    public void Acknowledge(in SentPacket packet, Instant now)
    {
    }

    public void Lose(in SentPacket packet, Instant now) => LossesHeard++;

    public void Suspend() => Recovery.Suspend();

    public void Resume(bool isSameNetwork)
    {
        Recovery.Resume(isSameNetwork, this, Now);
        Drain();
    }

    private void Drain()
    {
        int probe = Recovery.MtuProbeSize(Now);
        if (probe > 0) { Send(probe, PacketTraits.AckEliciting | PacketTraits.MtuProbe); }

        while (Recovery.MaySend(Recovery.MaxPacket, Now) == SendPermission.Yes) { Send(Recovery.MaxPacket, PacketTraits.AckEliciting); }

        Arm(Instant.Earlier(Recovery.NextSend, Recovery.NextTimeout));
    }

    private void Send(int size, PacketTraits traits)
    {
        ulong number = _next++;
        Recovery.NoteSent(new SentPacket(number, Now, size, traits, default), Now);
        _path.Send(size, () => Arrive(number, size));
    }

    private void Arm(Instant? at)
    {
        if (at is not { } due || due >= _wakeAt) { return; }

        _wakeAt = due;
        _path.Clock.At(due, () => Wake(due));
    }

    private void Wake(Instant due)
    {
        if (due != _wakeAt) { return; }

        _wakeAt = null;
        Recovery.Timeout(this, Now);
        Drain();
    }

    private void Arrive(ulong number, int size)
    {
        if (!_receiver.TryTake(number, Now)) { return; }

        if (Received > 0 && Now - LastReceivedAt > LongestSilence) { LongestSilence = Now - LastReceivedAt; }

        Received += size;
        LastReceivedAt = Now;
        if (_receiver.Waiting >= 2 || _receiver.IsGap) { Acknowledge(); }
        else if (!_isAckArmed)
        {
            _isAckArmed = true;
            _path.Clock.At(Now + AckDelay, DelayedAck);
        }
    }

    private void DelayedAck()
    {
        _isAckArmed = false;
        if (_receiver.Waiting > 0) { Acknowledge(); }
    }

    private void Acknowledge()
    {
        PacketRange[] ranges = _receiver.Acknowledge();
        TimeSpan delay = Now - _receiver.LargestAt;
        _path.Return(() => Hear(ranges, delay));
    }

    private void Hear(PacketRange[] ranges, TimeSpan delay)
    {
        if (!Recovery.TryAcknowledge(ranges, delay, _next - 1, this, Now)) { throw new InvalidOperationException("violation"); }

        Drain();
    }
}
