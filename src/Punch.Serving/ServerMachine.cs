using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Streams;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>
/// The server: STUN (RFC 8489, RFC 5780), a rendezvous and a relay, over datagrams and streams. Datagrams, connections and time come in;
/// commands and events go out. It does no input or output. The rules of <see cref="IProtocol"/> hold for it.
/// <para>
/// One caller owns a machine. A server with a thread for each socket runs one machine on each: see <see cref="MakeTwin"/>. The machines
/// share the secret, the limits, the <see cref="IRoomDirectory"/> and the <see cref="IRelay"/>, which then lock. So a command may name an
/// endpoint of another thread, or a client on a stream of another machine.
/// </para>
/// </summary>
public sealed class ServerMachine : IProtocol<ServerEvent>
{
    /// <summary>
    /// The longest datagram that is answered, in bytes. It fits the longest useful request, with PADDING beyond any usual MTU.
    /// </summary>
    public const int MaxDatagram = 4096;

    private readonly CommonParts _common;
    private readonly ServedEndpoint[] _endpoints;
    private readonly Reception _reception;
    private readonly IRoomDirectory? _rooms;
    private readonly IRelay? _relay;
    private readonly StreamTable _streams;
    private readonly Outbox _outbox = new();
    private readonly Queue<ServerEvent> _events = [];
    private readonly RequestCounter _datagrams = new();
    private readonly RequestCounter _messages = new();

    /// <param name="options">The endpoints and limits.</param>
    /// <param name="rooms">The directory of the rooms; null if joins are not served.</param>
    /// <param name="relay">Who is relayed where, for parties in these rooms; null where nothing is relayed.</param>
    /// <exception cref="ArgumentException">
    /// The endpoints do not form one of the layouts of <see cref="StunServerOptions.Endpoints"/>.
    /// </exception>
    public ServerMachine(ServerMachineOptions options, IRoomDirectory? rooms = null, IRelay? relay = null)
        : this(new CommonParts(options), number: 0, rooms, relay)
    {
    }

    private ServerMachine(CommonParts common, int number, IRoomDirectory? rooms, IRelay? relay)
    {
        ServerMachineOptions options = common.Options;
        (_common, _endpoints, _rooms, _relay) = (common, common.Endpoints, rooms, relay);
        _reception = new Reception(common, number, _outbox, rooms, relay);
        if (options.ReportsRequests) { _reception.Events = _events; }

        _streams = new StreamTable(options.Connections, options.IdleTimeout, new KeySource(options.Key0, options.Key1));
    }

    /// <summary>
    /// The counts of this machine, without the rooms and relayed sessions, which machines share. Any thread may read it; reading changes
    /// nothing.
    /// </summary>
    public ServerStatistics Statistics => new()
    {
        Udp = _datagrams.Counts,
        Tcp = _messages.Counts,
        Rendezvous = _reception.Joins,
        Relay = _reception.Relayed,
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
        : Instant.Earlier(_streams.NextTimeout, Instant.Earlier(_rooms?.NextTimeout, _reception.NextTimeout));

    /// <summary>Another machine of the same server, for another thread. It accepts the NONCE of any other.</summary>
    /// <param name="number">Its number among those of the server; the first has 0. No two may have the same.</param>
    public ServerMachine MakeTwin(int number) => new(_common, number, _rooms, _relay);

    /// <summary>The number of the endpoint that serves a local address; -1 if none does.</summary>
    public int EndpointOf(in TransportAddress local)
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
        else { _reception.Receive(new Caller(datagram.From, datagram.To, endpoint, null), datagram.Payload, _datagrams, now); }
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
        if (_rooms is null) { throw new InvalidOperationException("a machine without rooms asks no directory"); }

        _reception.Complete(ticket, room, ticket.Client.IsStream ? _messages : _datagrams, now);
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
        _reception.Timeout(now);
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

    /// <summary>Answers each complete message; false if the next bytes are not a message.</summary>
    private bool TryAnswerAll(StreamConnection stream, Instant now)
    {
        int at = 0;
        while (true)
        {
            ReadOnlySpan<byte> held = stream.Held[at..];
            StreamFrame frame = StreamConnection.Read(held, out int length, out Range payload);
            if (frame == StreamFrame.Whole)
            {
                Answer(stream, held[payload], now);
                at += length;
                continue;
            }

            stream.Discard(at);
            return frame == StreamFrame.Partial;
        }
    }

    private void Answer(StreamConnection stream, ReadOnlySpan<byte> message, Instant now)
    {
        var caller = new Caller(stream.Client, _endpoints[stream.Endpoint].Local, stream.Endpoint, stream.Number);
        Standing standing = _reception.Receive(caller, message, _messages, now);
        if (standing != Standing.None) { _streams.Extend(stream, standing == Standing.Held, now); }
    }

    private void End(StreamConnection stream, ConnectionChange change)
    {
        _outbox.Add(ServerCommand.Close(stream.Number));
        _streams.Remove(stream);
        Report(stream.Client, _endpoints[stream.Endpoint].Local, change);
    }

    private void Report(in TransportAddress client, in TransportAddress local, ConnectionChange change) =>
        _events.Enqueue(new ServerEvent { Client = client, Local = local, Change = change });
}
