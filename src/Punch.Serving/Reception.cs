using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Relay;
using Punch.Protocol.Rendezvous;
using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>
/// Decides about each datagram of one machine, on whatever it came: a STUN request, a join, a bind or a sealed frame. It fills the outbox.
/// A client's address names its transport, so a UDP address and a TCP address with the same numbers are two clients.
/// </summary>
internal sealed class Reception
{
    private readonly ServedEndpoint[] _endpoints;
    private readonly Outbox _outbox;
    private readonly RendezvousCore? _joins;
    private readonly RelayCore? _relay;
    private readonly JoinCounter _joinCounter = new();
    private readonly byte[] _notice = new byte[RendezvousCore.MaxNoticeLength];

    /// <param name="common">The endpoints and limits.</param>
    /// <param name="number">The number of the machine among those that share them.</param>
    /// <param name="outbox">Receives the commands.</param>
    /// <param name="rooms">The directory of the rooms; null if joins are not served.</param>
    /// <param name="relay">Who is relayed where; null where nothing is relayed.</param>
    public Reception(CommonParts common, int number, Outbox outbox, IRoomDirectory? rooms, IRelay? relay)
    {
        (_endpoints, _outbox) = (common.Endpoints, outbox);
        _joins = rooms is null ? null : new RendezvousCore(new ClientDoor(common, number), common.Options.Calendar, rooms);
        _relay = _joins is null ? null : new RelayCore(_joins.Door, rooms!, relay);
    }

    /// <summary>Receives an event for each request; null if nobody wants them.</summary>
    public Queue<ServerEvent>? Events { get; set; }

    /// <summary>The outcomes of joins. Any thread may read it.</summary>
    public RendezvousStatistics Joins => _joinCounter.Counts;

    /// <summary>The outcomes of binds and frames. Any thread may read it.</summary>
    public RelayStatistics Relayed => _relay?.Counts ?? default;

    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    public Instant? NextTimeout => _relay?.NextTimeout;

    /// <summary>Decides about one datagram.</summary>
    public Standing Receive(in Caller caller, ReadOnlySpan<byte> datagram, RequestCounter counter, Instant now)
    {
        if (_relay is not null && SealedSession.IsFrame(datagram)) { return Forward(_relay, caller, datagram, counter, now); }

        if (_joins is not null && JoinRequest.IsLikely(datagram)) { return AnswerJoin(_joins, caller, datagram, counter, now); }

        return _relay is not null && BindRequest.IsLikely(datagram)
            ? AnswerBind(_relay, caller, datagram, counter, now)
            : AnswerStun(caller, datagram, counter, now);
    }

    /// <summary>Carries out a later answer of a directory that was asked for this machine.</summary>
    public void Complete(in JoinTicket ticket, RoomReply room, RequestCounter counter, Instant now)
    {
        TransportAddress local = _endpoints[ticket.Arrival.Endpoint].Local with { Host = ticket.Arrival.Local };
        var caller = new Caller(ticket.Client, local, ticket.Arrival.Endpoint, null);
        Span<byte> reply = _outbox.Room(RendezvousCore.MaxReplyLength);
        Carry(_joins!.Complete(ticket, room, now, reply, _notice), ticket.Length, room, caller, counter);
    }

    /// <summary>Forgets relayed sessions whose time is over, and tells legs what they are to know.</summary>
    public void Timeout(Instant now)
    {
        if (_relay is null) { return; }

        _relay.Timeout(now);
        Tell(_relay);
    }

    private Standing AnswerStun(in Caller caller, ReadOnlySpan<byte> datagram, RequestCounter counter, Instant now)
    {
        ServedEndpoint asked = _endpoints[caller.Endpoint];
        StunDesk desk = caller.Connection is null ? asked.Datagrams : asked.Streams;
        Span<byte> room = _outbox.Room(ServerMachine.MaxDatagram);
        RequestOutcome outcome = desk.Answer(datagram, caller.Client, asked.Place, now, room, out StunReply answer);
        counter.Note(outcome, datagram.Length, answer.Length);
        Report(caller, outcome);
        if (answer.Length == 0) { return Standing.None; }

        if (caller.Connection is null)
        {
            _outbox.Add(ServerCommand.Send(SourceOf(answer, caller, asked), answer.To, answer.Length), _outbox.Keep(answer.Length));
            return Standing.Answered;
        }

        if (answer.To == caller.Client)
        {
            Reply(caller, answer.Length);
            return Standing.Answered;
        }

        // RESPONSE-PORT asks for a reply on another port. This connection cannot reach it.
        counter.NoteUnsent(1);
        return Standing.None;
    }

    /// <summary>
    /// From another port the reply still comes from the address that was asked. On a wildcard only the request shows that address.
    /// </summary>
    private Arrival SourceOf(in StunReply answer, in Caller caller, ServedEndpoint asked)
    {
        int from = caller.Endpoint - asked.Place + answer.From;
        HostAddress source = _endpoints[from].Local.Host;
        return new Arrival(from, from == caller.Endpoint || source.IsAny ? caller.Local.Host : source);
    }

    private Standing AnswerJoin(RendezvousCore joins, in Caller caller, ReadOnlySpan<byte> datagram, RequestCounter counter, Instant now)
    {
        Span<byte> reply = _outbox.Room(RendezvousCore.MaxReplyLength);
        RendezvousResult result = joins.Answer(datagram, caller.Client, caller.Arrival, now, reply, _notice);
        if (result.Outcome == RendezvousOutcome.Pending) { return Standing.Answered; }

        Carry(result, datagram.Length, joins.Room, caller, counter);
        return result.Outcome is RendezvousOutcome.Waiting or RendezvousOutcome.Paired ? Standing.Held
            : result.ReplyLength > 0 ? Standing.Answered : Standing.None;
    }

    private Standing AnswerBind(RelayCore relay, in Caller caller, ReadOnlySpan<byte> datagram, RequestCounter counter, Instant now)
    {
        Span<byte> reply = _outbox.Room(BindRequest.Length);
        BindOutcome bound = relay.Answer(datagram, caller.Client, caller.Arrival, now, reply, out int length);
        RequestOutcome outcome = OutcomeOf(bound);
        counter.Note(outcome, datagram.Length, length);
        Report(caller, outcome);
        if (length == 0) { return Standing.None; }

        Reply(caller, length);
        return bound is BindOutcome.Bound or BindOutcome.Moved or BindOutcome.Kept ? Standing.Held : Standing.Answered;
    }

    /// <summary>Sends a frame on as it came. Those that are forwarded are no requests, and not counted among them.</summary>
    private Standing Forward(RelayCore relay, in Caller caller, ReadOnlySpan<byte> frame, RequestCounter counter, Instant now)
    {
        FrameOutcome outcome = relay.Route(caller.Client, frame.Length, now, out NoticeTarget target);
        if (outcome == FrameOutcome.Forwarded)
        {
            frame.CopyTo(_outbox.Room(frame.Length));
            _outbox.Add(ServerCommand.Forward(target.Arrival, target.To, frame.Length), _outbox.Keep(frame.Length));
            return Standing.Held;
        }

        if (outcome is FrameOutcome.OverRate or FrameOutcome.OverTotal or FrameOutcome.OverVolume) { Tell(relay); }

        if (outcome != FrameOutcome.Unbound) { return outcome == FrameOutcome.OverVolume ? Standing.None : Standing.Held; }

        counter.Note(RequestOutcome.Ignored, frame.Length, 0);
        Report(caller, RequestOutcome.Ignored);
        return Standing.None;
    }

    /// <summary>Sends what legs are to be told.</summary>
    private void Tell(RelayCore relay)
    {
        while (relay.TryTell(_outbox.Room(RelayNotice.MaxLength), out RelayNews news, out int length))
        {
            int start = _outbox.Keep(length);
            _outbox.Add(ServerCommand.Send(news.First.Arrival, news.First.To, length), start);
            if (news.Count > 1) { _outbox.Add(ServerCommand.Send(news.Second.Arrival, news.Second.To, length), start); }
        }
    }

    /// <summary>Counts the outcome of a join, and sends its reply and notice.</summary>
    private void Carry(in RendezvousResult result, int length, RoomReply room, in Caller caller, RequestCounter counter)
    {
        RequestOutcome outcome = OutcomeOf(result.Outcome);
        _joinCounter.Note(result);
        counter.Note(outcome, length, result.ReplyLength + (result.NoticeCount * result.NoticeLength));
        Report(caller, outcome);
        if (result.ReplyLength > 0) { Reply(caller, result.ReplyLength); }

        if (result.NoticeCount == 0) { return; }

        _notice.AsSpan(0, result.NoticeLength).CopyTo(_outbox.Room(result.NoticeLength));
        int start = _outbox.Keep(result.NoticeLength);
        _outbox.Add(ServerCommand.Send(room.First.Arrival, room.First.To, result.NoticeLength), start);
        if (result.NoticeCount > 1) { _outbox.Add(ServerCommand.Send(room.Second.Arrival, room.Second.To, result.NoticeLength), start); }
    }

    /// <summary>Sends what was composed back to where the request came from.</summary>
    private void Reply(in Caller caller, int length)
    {
        ServerCommand command = caller.Connection is { } connection
            ? ServerCommand.Reply(connection, length)
            : ServerCommand.Send(caller.Arrival, caller.Client, length);
        _outbox.Add(command, _outbox.Keep(length));
    }

    private void Report(in Caller caller, RequestOutcome outcome) =>
        Events?.Enqueue(new ServerEvent { Client = caller.Client, Local = caller.Local, Outcome = outcome });

    private static RequestOutcome OutcomeOf(RendezvousOutcome outcome) => outcome switch
    {
        RendezvousOutcome.Ignored => RequestOutcome.Ignored,
        RendezvousOutcome.Limited => RequestOutcome.Limited,
        RendezvousOutcome.Waiting or RendezvousOutcome.Paired or RendezvousOutcome.Introduced => RequestOutcome.Answered,
        RendezvousOutcome.Held or RendezvousOutcome.Left => RequestOutcome.Answered,
        _ => RequestOutcome.Refused,
    };

    private static RequestOutcome OutcomeOf(BindOutcome outcome) => outcome switch
    {
        BindOutcome.Ignored => RequestOutcome.Ignored,
        BindOutcome.Limited => RequestOutcome.Limited,
        BindOutcome.Left or BindOutcome.Bound or BindOutcome.Moved or BindOutcome.Kept => RequestOutcome.Answered,
        _ => RequestOutcome.Refused,
    };
}
