using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Relay;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Streams;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>
/// The server: STUN (RFC 8489, RFC 5780) over datagrams and streams, and a rendezvous and a relay over datagrams. Datagrams, connections
/// and time come in; commands and events go out. It does no input or output. The rules of <see cref="IProtocol"/> hold for it.
/// <para>
/// One caller owns a machine. A server with a thread for each socket runs one machine on each. The machines share the secret, the
/// <see cref="IRoomDirectory"/> and the <see cref="IRelay"/>, which then lock. So a command may name an endpoint of another thread.
/// </para>
/// </summary>
public sealed class ServerMachine : IProtocol<ServerEvent>
{
    /// <summary>
    /// The longest datagram that is answered, in bytes. It fits the longest useful request, with PADDING beyond any usual MTU.
    /// </summary>
    public const int MaxDatagram = 4096;

    private readonly ServedEndpoint[] _endpoints;
    private readonly RendezvousCore? _joins;
    private readonly RelayCore? _relay;
    private readonly IRoomDirectory? _rooms;
    private readonly StreamTable _streams;
    private readonly Outbox _outbox = new();
    private readonly Queue<ServerEvent> _events = [];
    private readonly RequestCounter _datagrams = new();
    private readonly RequestCounter _messages = new();
    private readonly JoinCounter _joinCounter = new();
    private readonly byte[] _notice = new byte[RendezvousCore.MaxNoticeLength];
    private readonly bool _reportsRequests;

    /// <param name="options">The endpoints and limits.</param>
    /// <param name="rooms">The directory of the rooms; null if joins are not served.</param>
    /// <param name="relay">Who is relayed where, for parties in these rooms; null where nothing is relayed.</param>
    /// <exception cref="ArgumentException">
    /// The endpoints do not form one of the layouts of <see cref="StunServerOptions.Endpoints"/>.
    /// </exception>
    public ServerMachine(ServerMachineOptions options, IRoomDirectory? rooms = null, IRelay? relay = null)
    {
        _endpoints = ServedEndpoint.All(options);
        _rooms = rooms;
        _joins = rooms is null ? null : new RendezvousCore(options, rooms);
        _relay = _joins is null ? null : new RelayCore(_joins.Door, rooms!, relay);
        _streams = new StreamTable(options.Connections, options.IdleTimeout, new KeySource(options.Key0, options.Key1));
        _reportsRequests = options.ReportsRequests;
    }

    /// <summary>
    /// The counts of this machine, without the rooms and relayed sessions, which machines share. Any thread may read it; reading changes
    /// nothing.
    /// </summary>
    public ServerStatistics Statistics => new()
    {
        Udp = _datagrams.Counts,
        Tcp = _messages.Counts,
        Rendezvous = _joinCounter.Counts,
        Relay = _relay?.Counts ?? default,
        Connections = _streams.Counts.Open,
        Accepted = _streams.Counts.Accepted,
        TurnedAway = _streams.Counts.TurnedAway,
        TimedOut = _streams.Counts.TimedOut,
    };

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => default;

    /// <inheritdoc/>
    public Instant? NextTimeout => IsEnded ? null
        : Instant.Earlier(_streams.NextTimeout, Instant.Earlier(_rooms?.NextTimeout, _relay?.NextTimeout));

    /// <summary>Takes in a datagram. A datagram to an address that is not served is ignored.</summary>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (IsEnded) { return; }

        int endpoint = EndpointOf(datagram.To);
        if (endpoint < 0) { NoteUnusable(); }
        else { Receive(endpoint, datagram, now); }
    }

    /// <summary>Takes in a datagram, for a driver that knows the endpoint of each socket.</summary>
    /// <param name="endpoint">The endpoint that received it.</param>
    /// <param name="datagram">The datagram. <see cref="Datagram.To"/> has its exact destination, also on a wildcard.</param>
    /// <param name="now">The current time.</param>
    public void Receive(int endpoint, in Datagram datagram, Instant now)
    {
        if (datagram.Payload.Length > MaxDatagram) { NoteUnusable(); }
        else if (_relay is not null && SealedSession.IsFrame(datagram.Payload)) { Forward(_relay, datagram, now); }
        else if (_joins is not null && JoinRequest.IsLikely(datagram.Payload)) { AnswerJoin(_joins, endpoint, datagram, now); }
        else if (_relay is not null && BindRequest.IsLikely(datagram.Payload)) { AnswerBind(_relay, endpoint, datagram, now); }
        else { AnswerStun(endpoint, datagram, now); }
    }

    /// <summary>Counts a datagram that the driver cannot pass on: it was cut short, or sent to several hosts.</summary>
    public void NoteUnusable() => _datagrams.Note(RequestOutcome.Ignored, 0, 0);

    /// <summary>Counts datagrams that the system did not send.</summary>
    public void NoteUnsent(int count) => _datagrams.NoteUnsent(count);

    /// <summary>Takes in a new connection. Over the limits, or for an address that is not served, the command is to close it.</summary>
    /// <param name="connection">The driver's number of the connection; each connection has a new one.</param>
    /// <param name="local">The local address that it came to.</param>
    /// <param name="client">The address of the client.</param>
    /// <param name="now">The current time.</param>
    public void Open(long connection, in TransportAddress local, in TransportAddress client, Instant now)
    {
        int endpoint = EndpointOf(local);
        bool isTaken = endpoint >= 0 && _streams.TryOpen(connection, endpoint, client, now);
        if (!isTaken) { _outbox.Add(ServerCommand.Close(connection)); }

        Report(client, local, isTaken ? ConnectionChange.Opened : ConnectionChange.TurnedAway);
    }

    /// <summary>Takes in bytes of a connection: RFC 8489 §6.2.2. Bytes of a closed connection are ignored.</summary>
    /// <param name="connection">The number of the connection.</param>
    /// <param name="bytes">The bytes, cut anywhere in the stream. More bytes at once mean more replies that wait to be taken.</param>
    /// <param name="now">The current time.</param>
    public void ReceiveStream(long connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (!_streams.TryFind(connection, out StreamConnection? stream)) { return; }

        while (!bytes.IsEmpty)
        {
            bytes = stream.Append(bytes);
            if (TryAnswerAll(stream, now)) { continue; }

            End(stream, ConnectionChange.Closed);
            return;
        }
    }

    /// <summary>A connection has ended. It does nothing if the machine closed it.</summary>
    public void Closed(long connection)
    {
        if (!_streams.TryFind(connection, out StreamConnection? stream)) { return; }

        _streams.Remove(stream);
        Report(stream.Client, _endpoints[stream.Endpoint].Local, ConnectionChange.Closed);
    }

    /// <summary>Takes in a later answer of a directory.</summary>
    /// <param name="ticket">The ticket of the request.</param>
    /// <param name="room">The answer.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="InvalidOperationException">This machine serves no joins.</exception>
    public void Complete(in JoinTicket ticket, RoomReply room, Instant now)
    {
        if (_joins is null) { throw new InvalidOperationException("a machine without rooms asks no directory"); }

        Span<byte> reply = _outbox.Room(RendezvousCore.MaxReplyLength);
        Carry(_joins.Complete(ticket, room, now, reply, _notice), ticket.Length, room, ticket.Client, ticket.Arrival);
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        // Anyone can send an ICMP error, and a client asks again for a reply that was lost.
    }

    /// <summary>Ends the machine. The driver closes the connections.</summary>
    public void Stop(Instant now) => IsEnded = true;

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        if (IsEnded) { return; }

        while (_streams.TryFindOver(now, out StreamConnection? stream))
        {
            _outbox.Add(ServerCommand.Close(stream.Number));
            _streams.Remove(stream, isTimedOut: true);
            Report(stream.Client, _endpoints[stream.Endpoint].Local, ConnectionChange.TimedOut);
        }

        _rooms?.Timeout(now);
        if (_relay is null) { return; }

        _relay.Timeout(now);
        Tell(_relay);
    }

    /// <summary>Takes the next command, and writes its bytes into <paramref name="buffer"/>.</summary>
    /// <param name="buffer">At least <see cref="MaxDatagram"/> bytes.</param>
    /// <param name="command">The command.</param>
    /// <returns>False, with nothing written, if there is no command.</returns>
    public bool TryCommand(Span<byte> buffer, out ServerCommand command) => _outbox.TryTake(buffer, out command);

    /// <summary>The same for a driver that knows only datagrams, and so opens no connections.</summary>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (TryCommand(buffer, out ServerCommand command))
        {
            if (command.Action is not (ServerAction.Send or ServerAction.Forward)) { continue; }

            transmit = new Transmit(_endpoints[command.From.Endpoint].Local, command.To, command.Length);
            return true;
        }

        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryEvent(out ServerEvent e) => _events.TryDequeue(out e);

    private void AnswerStun(int endpoint, in Datagram datagram, Instant now)
    {
        ServedEndpoint asked = _endpoints[endpoint];
        RequestOutcome outcome = asked.Datagrams.Answer(
            datagram.Payload, datagram.From, asked.Place, now, _outbox.Room(MaxDatagram), out StunReply answer);
        _datagrams.Note(outcome, datagram.Payload.Length, answer.Length);
        Report(datagram.From, datagram.To, outcome);
        if (answer.Length == 0) { return; }

        // From another port the reply still comes from the address that was asked. On a wildcard only the request shows that address.
        int from = endpoint - asked.Place + answer.From;
        HostAddress source = _endpoints[from].Local.Host;
        var arrival = new Arrival(from, from == endpoint || source.IsAny ? datagram.To.Host : source);
        _outbox.Add(ServerCommand.Send(arrival, answer.To, answer.Length), _outbox.Keep(answer.Length));
    }

    private void AnswerJoin(RendezvousCore joins, int endpoint, in Datagram datagram, Instant now)
    {
        var arrival = new Arrival(endpoint, datagram.To.Host);
        Span<byte> reply = _outbox.Room(RendezvousCore.MaxReplyLength);
        RendezvousResult result = joins.Answer(datagram.Payload, datagram.From, arrival, now, reply, _notice);
        if (result.Outcome != RendezvousOutcome.Pending)
        {
            Carry(result, datagram.Payload.Length, joins.Room, datagram.From, arrival);
        }
    }

    private void AnswerBind(RelayCore relay, int endpoint, in Datagram datagram, Instant now)
    {
        var arrival = new Arrival(endpoint, datagram.To.Host);
        Span<byte> reply = _outbox.Room(BindRequest.Length);
        BindOutcome bound = relay.Answer(datagram.Payload, datagram.From, arrival, now, reply, out int length);
        RequestOutcome outcome = OutcomeOf(bound);
        _datagrams.Note(outcome, datagram.Payload.Length, length);
        Report(datagram.From, datagram.To, outcome);
        if (length > 0) { _outbox.Add(ServerCommand.Send(arrival, datagram.From, length), _outbox.Keep(length)); }
    }

    /// <summary>Sends a frame on as it came. Those that are forwarded are no requests, and not counted among them.</summary>
    private void Forward(RelayCore relay, in Datagram datagram, Instant now)
    {
        int length = datagram.Payload.Length;
        FrameOutcome outcome = relay.Route(datagram.From, length, now, out NoticeTarget target);
        if (outcome == FrameOutcome.Forwarded)
        {
            datagram.Payload.CopyTo(_outbox.Room(length));
            _outbox.Add(ServerCommand.Forward(target.Arrival, target.To, length), _outbox.Keep(length));
            return;
        }

        if (outcome is FrameOutcome.OverRate or FrameOutcome.OverTotal or FrameOutcome.OverVolume) { Tell(relay); }

        if (outcome != FrameOutcome.Unbound) { return; }

        _datagrams.Note(RequestOutcome.Ignored, length, 0);
        Report(datagram.From, datagram.To, RequestOutcome.Ignored);
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
    private void Carry(in RendezvousResult result, int length, RoomReply room, in TransportAddress client, in Arrival arrival)
    {
        RequestOutcome outcome = OutcomeOf(result.Outcome);
        _joinCounter.Note(result);
        _datagrams.Note(outcome, length, result.ReplyLength + (result.NoticeCount * result.NoticeLength));
        Report(client, _endpoints[arrival.Endpoint].Local with { Host = arrival.Local }, outcome);
        if (result.ReplyLength > 0)
        {
            _outbox.Add(ServerCommand.Send(arrival, client, result.ReplyLength), _outbox.Keep(result.ReplyLength));
        }

        if (result.NoticeCount == 0) { return; }

        _notice.AsSpan(0, result.NoticeLength).CopyTo(_outbox.Room(result.NoticeLength));
        int start = _outbox.Keep(result.NoticeLength);
        _outbox.Add(ServerCommand.Send(room.First.Arrival, room.First.To, result.NoticeLength), start);
        if (result.NoticeCount > 1) { _outbox.Add(ServerCommand.Send(room.Second.Arrival, room.Second.To, result.NoticeLength), start); }
    }

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

    /// <summary>Answers each complete message; false if the next bytes are not a message.</summary>
    private bool TryAnswerAll(StreamConnection stream, Instant now)
    {
        int at = 0;
        while (true)
        {
            ReadOnlySpan<byte> held = stream.Held[at..];
            StreamFrame frame = StreamFraming.Read(held, out int length, out Range payload);
            if (length > StreamConnection.MaxMessage || (!held.IsEmpty && held[0] >= 0x40)) { return false; }

            if (frame == StreamFrame.Whole)
            {
                AnswerMessage(stream, held[payload], now);
                at += length;
                continue;
            }

            stream.Discard(at);
            return frame == StreamFrame.Partial;
        }
    }

    private void AnswerMessage(StreamConnection stream, ReadOnlySpan<byte> message, Instant now)
    {
        ServedEndpoint asked = _endpoints[stream.Endpoint];
        RequestOutcome outcome = asked.Streams.Answer(
            message, stream.Client, asked.Place, now, _outbox.Room(StreamConnection.MaxMessage), out StunReply answer);
        _messages.Note(outcome, message.Length, answer.Length);
        Report(stream.Client, asked.Local, outcome);
        if (answer.Length == 0) { return; }

        if (answer.To != stream.Client)
        {
            // RESPONSE-PORT asks for a reply on another port. This connection cannot reach it.
            _messages.NoteUnsent(1);
            return;
        }

        _outbox.Add(ServerCommand.Reply(stream.Number, answer.Length), _outbox.Keep(answer.Length));
        _streams.Extend(stream, now);
    }

    private void End(StreamConnection stream, ConnectionChange change)
    {
        _outbox.Add(ServerCommand.Close(stream.Number));
        _streams.Remove(stream);
        Report(stream.Client, _endpoints[stream.Endpoint].Local, change);
    }

    private void Report(in TransportAddress client, in TransportAddress local, RequestOutcome outcome)
    {
        if (_reportsRequests) { _events.Enqueue(new ServerEvent { Client = client, Local = local, Outcome = outcome }); }
    }

    private void Report(in TransportAddress client, in TransportAddress local, ConnectionChange change) =>
        _events.Enqueue(new ServerEvent { Client = client, Local = local, Change = change });

    private int EndpointOf(in TransportAddress local)
    {
        int wildcard = -1;
        for (int i = 0; i < _endpoints.Length; i++)
        {
            TransportAddress each = _endpoints[i].Local;
            if (each == local) { return i; }

            bool covers = each.Host.IsAny && each.Port == local.Port && each.Host.IsV6 == local.Host.IsV6;
            wildcard = covers ? i : wildcard;
        }

        return wildcard;
    }
}
