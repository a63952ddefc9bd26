using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;

namespace Punch.Tests.Streams.Recovery;

/// <summary>A <see cref="PacketRecovery"/> with a clock of milliseconds and a list of what became of each packet.</summary>
internal sealed class RecoveryRig : IPacketFate
{
    private ulong _lastSent;

    public RecoveryRig(ICongestionControl? congestion = null, int limit = PathMtu.Base)
    {
        Congestion = congestion ?? new NewReno();
        Recovery = new PacketRecovery(Congestion, limit, Now);
    }

    public ICongestionControl Congestion { get; }

    public PacketRecovery Recovery { get; }

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(100));

    public List<ulong> Acknowledged { get; } = [];

    public List<ulong> Lost { get; } = [];

    /// <summary>Milliseconds until the timeout; null if none is set.</summary>
    public double? UntilTimeout => Recovery.NextTimeout is { } at ? (at - Now).TotalMilliseconds : null;

    public void Acknowledge(in SentPacket packet, Instant now) => Acknowledged.Add(packet.Number);

    public void Lose(in SentPacket packet, Instant now) => Lost.Add(packet.Number);

    public RecoveryRig Wait(double milliseconds)
    {
        Now += TimeSpan.FromMilliseconds(milliseconds);
        return this;
    }

    public RecoveryRig Send(ulong first, ulong last, int size = 1_200, PacketTraits traits = PacketTraits.AckEliciting)
    {
        for (ulong number = first; number <= last; number++)
        {
            Recovery.NoteSent(new SentPacket(number, Now, size, traits, default), Now);
        }

        _lastSent = last;
        return this;
    }

    public RecoveryRig Send(ulong number) => Send(number, number);

    public bool Ack(params (ulong Smallest, ulong Largest)[] newestFirst) => AckLate(0, newestFirst);

    public bool AckLate(double delayMilliseconds, params (ulong Smallest, ulong Largest)[] newestFirst)
    {
        PacketRange[] ranges = [.. newestFirst.Select(range => new PacketRange(range.Smallest, range.Largest))];
        return Recovery.TryAcknowledge(ranges, TimeSpan.FromMilliseconds(delayMilliseconds), _lastSent, this, Now);
    }

    public RecoveryRig Timeout()
    {
        Wait(UntilTimeout!.Value);
        Recovery.Timeout(this, Now);
        return this;
    }

    /// <summary>Takes the first round trip: packet 0, and the time of its acknowledgement.</summary>
    public RecoveryRig Measure(double milliseconds)
    {
        Send(0).Wait(milliseconds).Ack((0, 0));
        Acknowledged.Clear();
        return this;
    }
}
