using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>Numbers the messages of this side, puts them into the outbox, and knows when the next one over the open path is due.</summary>
internal sealed class MessageSender(SessionOptions options, Conversation conversation, Outbox outbox)
{
    private SendSchedule _schedule = new(options.Interval, options.Seed);
    private Instant _probedAt = new(long.MinValue);
    private uint _probeSequence;
    private int _rescues;

    /// <summary>When the next message over the open path is due.</summary>
    public Instant Next => _schedule.Next;

    /// <summary>When the last one went out.</summary>
    public Instant SentAt => _schedule.SentAt;

    /// <summary>Begins the ladder: the next message is due now.</summary>
    public void BeginLadder(Instant now) => _schedule.Begin(now);

    /// <summary>Notes that a message went over the path; see <see cref="SendSchedule.Advance"/>.</summary>
    public void Advance(Instant now, bool isSettled, TimeSpan? quiet) => _schedule.Advance(now, isSettled, quiet);

    /// <summary>Sends what the finder wants as a message, where messages are what proves a path.</summary>
    public void SendProbe(in ProbeOrder order, Instant now)
    {
        // One number for all that go at once: they are one message that takes several ways, and the peer counts it once.
        if (_probedAt != now || order.Kind == ProbeOrderKind.Check)
        {
            _probedAt = now;
            _probeSequence = conversation.Number(now);
        }

        outbox.Add(new Outgoing(OutgoingKind.Message, now)
        {
            Order = order,
            Sequence = _probeSequence,
            MaxLength = int.MaxValue,
            IsBare = order.Kind == ProbeOrderKind.Check,
        });
    }

    /// <summary>
    /// A path took the place of one that had fallen silent: what the peer did not confirm is said again. It counts what it has already as
    /// a duplicate.
    /// </summary>
    /// <param name="rescues">How often that happened so far.</param>
    /// <param name="route">The path.</param>
    /// <param name="now">The time.</param>
    public void Repeat(int rescues, in Route route, Instant now)
    {
        if (rescues == _rescues) { return; }

        _rescues = rescues;
        for (uint sequence = conversation.FirstUnconfirmed; sequence <= conversation.LastSequence; sequence++)
        {
            if (conversation.Repeat(sequence) is { } saidAt) { Add(sequence, route, default, now, saidAt); }
        }
    }

    /// <summary>Sends a message and returns its number.</summary>
    public uint Send(in Route route, in MessageParts parts, Instant now)
    {
        uint sequence = conversation.Number(now);
        Add(sequence, route, parts, now);
        return sequence;
    }

    private void Add(uint sequence, in Route route, in MessageParts parts, Instant now, Instant? saidAt = null) =>
        outbox.Add(new Outgoing(OutgoingKind.Message, now)
        {
            Order = new ProbeOrder(ProbeOrderKind.Probe, route),
            Sequence = sequence,
            SaidAt = saidAt,
            About = parts.About,
            MaxLength = parts.MaxLength ?? int.MaxValue,
            IsAsking = parts.IsAsking,
            IsLeaving = parts.IsLeaving,
        });
}

/// <summary>What a message says beside its number.</summary>
/// <param name="About">Whose messages it confirms; null for the peer at the other end of the route.</param>
/// <param name="MaxLength">The longest that it may be, in bytes; null without limit.</param>
/// <param name="IsAsking">Whether it asks the peer what data came.</param>
/// <param name="IsLeaving">Whether it says that this side leaves.</param>
internal readonly record struct MessageParts(
    RemotePeer? About = null, int? MaxLength = null, bool IsAsking = false, bool IsLeaving = false);
