using Punch.Protocol.Channels;
using Punch.Protocol.Paths;
using Punch.Protocol.Text;

namespace Punch.Protocol.Session;

/// <summary>
/// The messages that both sides swap: their numbers, what each side received, round trips and losses. It sends nothing itself, and knows
/// routes only to tell which peer was heard there.
/// </summary>
internal sealed class Conversation
{
    /// <summary>As many as a path carries before it counts as dead.</summary>
    public const int MostRepeats = 32;

    private readonly SessionOptions _options;
    private readonly SessionCounters _counters;
    private readonly TimeText _timeText;
    private readonly SendTimes _sendTimes = new();
    private readonly RoundTripMeter _roundTrips = new();
    private readonly RemotePeerTable _peers = new();
    private readonly int _padding;

    /// <param name="options">The session's options.</param>
    /// <param name="maxSize">The longest message that the wire carries, in bytes.</param>
    /// <param name="counters">Counts messages.</param>
    /// <param name="start">The session's start.</param>
    public Conversation(SessionOptions options, int maxSize, SessionCounters counters, Instant start)
    {
        _options = options;
        _counters = counters;
        _timeText = new TimeText(options.WallClock, start);
        int shortest = options.Use == PathUse.Data ? PeerMessage.MinLengthWithData : PeerMessage.MinLength;
        _padding = Math.Max(Math.Min(options.Size, maxSize), shortest);
    }

    /// <summary>The peer of the path that is open, or was open last; null before the first.</summary>
    public RemotePeer? Peer { get; private set; }

    /// <summary>Whether any message of a peer was heard.</summary>
    public bool HasPeers => _peers.Count > 0;

    /// <summary>The number of the newest message of this side.</summary>
    public uint LastSequence { get; private set; }

    /// <summary>The round trips measured by messages.</summary>
    public RoundTripMeter RoundTrips => _roundTrips;

    /// <summary>The next message's number, sent now.</summary>
    public uint Number(Instant now)
    {
        LastSequence = unchecked(LastSequence + 1);
        _sendTimes.Note(LastSequence, now);
        return LastSequence;
    }

    /// <summary>The first of the messages that the peer may lack, if not more than <see cref="MostRepeats"/> are sent again.</summary>
    public uint FirstUnconfirmed
    {
        get
        {
            uint first = (Peer?.Confirmed ?? LastSequence) + 1;
            return LastSequence >= MostRepeats ? Math.Max(first, LastSequence - MostRepeats + 1) : first;
        }
    }

    /// <summary>A message goes out again. Returns when it was said; null where that is forgotten.</summary>
    public Instant? Repeat(uint sequence)
    {
        if (!_sendTimes.TryFind(sequence, out Instant at, out _)) { return null; }

        _sendTimes.NoteRepeated(sequence);
        return at;
    }

    /// <summary>Takes in a message that came by a route.</summary>
    public Receipt Receive(in PeerMessage message, in Route route, Instant now)
    {
        RemotePeer? known = _peers.Find(message.Id);
        RemotePeer peer = known ?? _peers.Add(message.Id, route, now, Peer);
        bool isNewRoute = peer.HearOn(route);
        bool wasProven = peer.IsProven;
        SequenceOrder order = peer.Receive(message.Sequence, route, now);
        Count(order);

        bool proves = message.Seen is { } named && named.Id == _options.Id && named.Sequence >= 1 && named.Sequence <= LastSequence;
        Sighting seen = proves ? message.Seen.GetValueOrDefault() : default;
        bool isFresh = proves && peer.Confirm(seen);
        return new Receipt(peer, order, seen)
        {
            IsNewRoute = isNewRoute,
            IsFirstProof = proves && !wasProven,
            Proves = proves,
            IsFresh = isFresh,
            RoundTrip = isFresh ? Measure(seen, now) : null,
        };
    }

    /// <summary>Goes on with this peer; a former one's losses are kept.</summary>
    public void Use(RemotePeer peer, DatagramChannel? channel)
    {
        if (Peer == peer) { return; }

        // Where the proof of the path is enough, data of the first peer may come before its first message: it counts.
        if (Peer is { } former)
        {
            _counters.Retire(former, channel);
            channel?.BeginPeer();
        }

        Peer = peer;
    }

    /// <summary>The path to the peer fell silent.</summary>
    public void Lapse() => Peer?.Lapse(LastSequence);

    /// <summary>Whom a message by this route is about: the peer heard last there, else the peer heard last anywhere.</summary>
    public RemotePeer? Latest(in Route route) => _peers.Latest(route);

    /// <summary>Writes a message; -1 when it may not be as long as it would be.</summary>
    /// <param name="outgoing">The message.</param>
    /// <param name="about">Whose messages it confirms; null for nobody's.</param>
    /// <param name="channel">What counts the data; null where there is none.</param>
    /// <param name="buffer">Takes the text.</param>
    public int Write(in Outgoing outgoing, RemotePeer? about, DatagramChannel? channel, Span<byte> buffer)
    {
        var message = new PeerMessage
        {
            Id = _options.Id,
            Sequence = outgoing.Sequence,
            Seen = outgoing.IsBare ? null : about?.Sight(outgoing.At),
            IsLeaving = outgoing.IsLeaving,
        };
        if (channel is not null && message.Seen is not null)
        {
            message = channel.Describe(message, isToPeer: about == Peer, outgoing.IsAsking);
        }

        ReadOnlySpan<byte> text = _timeText.At(outgoing.SaidAt ?? outgoing.At);
        Span<byte> room = buffer[..Math.Min(buffer.Length, outgoing.MaxLength)];
        int length = message.Write(text, room, Math.Min(_padding, room.Length));
        if (!outgoing.IsBare) { about?.NoteSent(outgoing.Sequence, isNaming: length > 0); }

        if (length > 0 && about is not null && about == Peer) { channel?.NoteSent(message); }

        // Too small a room for what we saw: the bare message asks a peer that does not pad to show what it saw instead.
        if (length == 0) { length = new PeerMessage { Id = message.Id, Sequence = message.Sequence }.Write(text, room, 0); }

        return length == 0 ? -1 : length;
    }

    private TimeSpan? Measure(in Sighting seen, Instant now)
    {
        _counters.Answered++;
        if (!_sendTimes.TryFind(seen.Sequence, out Instant sentAt, out bool isRepeated) || isRepeated) { return null; }

        TimeSpan roundTrip = now - sentAt - seen.Held;
        if (roundTrip < TimeSpan.Zero) { return null; }

        _roundTrips.Add(roundTrip);
        return roundTrip;
    }

    private void Count(SequenceOrder order)
    {
        if (order == SequenceOrder.Repeated) { _counters.Duplicates++; }

        if (order == SequenceOrder.Late) { _counters.Reordered++; }
    }
}

/// <summary>What a message turned out to be.</summary>
/// <param name="Peer">Whose message it is.</param>
/// <param name="Order">How its number stands to those before it.</param>
/// <param name="Seen">What it confirms; default where it proves nothing.</param>
internal readonly record struct Receipt(RemotePeer Peer, SequenceOrder Order, Sighting Seen)
{
    /// <summary>Whether this peer was not heard by this route before.</summary>
    public bool IsNewRoute { get; init; }

    /// <summary>Whether it names a message of this session, so that both directions work.</summary>
    public bool Proves { get; init; }

    /// <summary>Whether it is the first one of this peer that does.</summary>
    public bool IsFirstProof { get; init; }

    /// <summary>Whether it confirms a message that was not confirmed before.</summary>
    public bool IsFresh { get; init; }

    /// <summary>The round trip, where it measured one.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Whether it proves that it is the peer's own, and not one that was recorded and sent again.</summary>
    public bool IsProof => Proves && Order != SequenceOrder.Repeated;

    /// <summary>Whether it is the newest message of its peer.</summary>
    public bool IsNewest => Order == SequenceOrder.Newest;
}
