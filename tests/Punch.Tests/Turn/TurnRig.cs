using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Turn;
using Punch.Protocol.Turn;

namespace Punch.Tests.Turn;

/// <summary>A client of a TURN server with one or more servers in virtual time, on a network with a delay of 10 ms each way.</summary>
internal sealed class TurnRig : IDisposable
{
    public static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.5:3478");
    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");
    public static readonly TransportAddress Client = TransportAddress.Parse("198.51.100.1:40001");
    public static readonly TransportAddress StreamLocal = new(HostAddress.Parse("198.51.100.1"), 51_000, Transport.Tcp);
    public static readonly TransportAddress Peer = TransportAddress.Parse("198.51.100.77:40077");
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private readonly byte[] _buffer = new byte[65_535];
    private readonly EventQueue _events = new(Instant.Zero);
    private long _order;

    public TurnRig(TurnServerModel? model = null, string password = "pass", IReadOnlyList<TransportAddress>? servers = null, ulong seed = 0)
    {
        Model = model ?? new TurnServerModel(Server);
        Servers[Server] = Model;
        Source = new TurnSource(
            new TurnServer { Addresses = servers ?? [Server], User = "user", Password = System.Text.Encoding.UTF8.GetBytes(password) },
            [Local], Local with { Transport = Transport.Turned }, new DestinationPolicy(), new TransactionIdSource(1, seed), _events, seed: 3);
    }

    public TurnSource Source { get; }

    public TurnServerModel Model { get; }

    public Dictionary<TransportAddress, TurnServerModel> Servers { get; } = [];

    public Instant Now { get; private set; }

    /// <summary>Whether a datagram of the client is lost.</summary>
    public Func<byte[], bool> Loses { get; set; } = _ => false;

    /// <summary>What a request for a stream leads to: null opens it.</summary>
    public Func<TransportAddress, string?> Stream { get; set; } = _ => null;

    public List<SessionEvent> Events { get; } = [];

    public List<(Transmit Transmit, byte[] Bytes)> Sent { get; } = [];

    public List<StreamRequest> StreamRequests { get; } = [];

    public List<CandidateChange> Changes { get; } = [];

    /// <summary>What reached the peer, and what the peer's datagrams became.</summary>
    public List<byte[]> AtPeer { get; } = [];

    public List<(TransportAddress From, byte[] Bytes)> AtClient { get; } = [];

    public TransportAddress? Relayed => Changes.Count > 0 && Changes[^1].Kind == CandidateChangeKind.Added ? Changes[^1].Candidate.Address : null;

    public TurnRig Begin()
    {
        Source.Begin(Now);
        Drain();
        return this;
    }

    /// <summary>Lets time pass.</summary>
    public TurnRig Run(TimeSpan time)
    {
        Instant end = Now + time;
        while (true)
        {
            Instant? next = _queue.TryPeek(out _, out (long At, long Order) due) ? new Instant(due.At) : null;
            next = Instant.Earlier(next, Source.NextTimeout);
            if (next is not { } at || at > end) { break; }

            Now = at > Now ? at : Now;
            if (_queue.Count > 0 && due.At <= Now.Ticks) { _queue.Dequeue()(); }
            else
            {
                Source.Timeout(Now);
                if (Source.NextTimeout <= Now) { throw new InvalidOperationException($"no progress at {Now}"); }
            }

            Drain();
        }

        Now = end;
        return this;
    }

    public TurnRig Seconds(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>Sends to the peer through the server; false if the client drops it.</summary>
    public bool Send(byte[] data, TransportAddress? to = null)
    {
        data.CopyTo(_buffer, 0);
        var transmit = new Transmit(Local, (to ?? Peer) with { Transport = Transport.Turned }, data.Length);
        bool isSent = Source.TryWrap(_buffer, ref transmit, Now);
        if (isSent) { Carry(transmit, _buffer[..transmit.Length]); }

        Drain();
        return isSent;
    }

    /// <summary>The peer sends to the relayed address.</summary>
    public void SendBack(byte[] data, TransportAddress? from = null)
    {
        TransportAddress source = from ?? Peer;
        TransportAddress relayed = Changes.Last(change => change.Candidate.Address.Host.IsV6 == source.Host.IsV6).Candidate.Address;
        Model.Receive(new Datagram(source, relayed, data), Now);
        DrainServers();
    }

    public void Note(NetworkNotice notice)
    {
        Source.Note(notice, Now);
        Drain();
    }

    public void Dispose() => Source.Dispose();

    public void Drain()
    {
        while (Source.TryTransmit(_buffer, out Transmit transmit)) { Carry(transmit, _buffer[..transmit.Length]); }

        while (Source.TryStream(out StreamRequest request)) { Answer(request); }

        while (Source.TryTake(out CandidateChange change)) { Changes.Add(change); }

        while (_events.TryTake(out SessionEvent e)) { Events.Add(e); }
    }

    private void Answer(StreamRequest request)
    {
        StreamRequests.Add(request);
        string? reason = request.Action == StreamAction.Close ? "" : Stream(request.Remote);
        NetworkNotice notice = reason is null
            ? NetworkNotice.StreamOpened(StreamLocal, request.Remote)
            : NetworkNotice.StreamClosed(request.Remote, reason);
        After(() => Note(notice));
    }

    private void Carry(Transmit transmit, byte[] bytes)
    {
        Sent.Add((transmit, bytes));
        if (Loses(bytes) || !Servers.TryGetValue(transmit.To, out TurnServerModel? server)) { return; }

        TransportAddress from = transmit.To.IsStream ? StreamLocal : Client with { Port = transmit.From.Port };
        After(() =>
        {
            server.Receive(new Datagram(from, transmit.To with { Transport = Transport.Udp }, bytes), Now);
            DrainServers();
        });
    }

    private void DrainServers()
    {
        foreach ((TransportAddress address, TurnServerModel server) in Servers)
        {
            while (server.TryTransmit(_buffer, out Transmit transmit))
            {
                byte[] bytes = _buffer[..transmit.Length];
                bool isToClient = transmit.To.Host == Client.Host;
                if (!isToClient) { AtPeer.Add(bytes); }
                else { After(() => Deliver(transmit.To.Port == StreamLocal.Port ? address with { Transport = Transport.Tcp } : address, transmit.To, bytes)); }
            }
        }
    }

    /// <summary>A datagram comes, in the name of the server.</summary>
    public void Deliver(byte[] bytes)
    {
        Deliver(Source.Server, Client, bytes);
        Drain();
    }

    private void Deliver(TransportAddress from, TransportAddress to, byte[] bytes)
    {
        var datagram = new Datagram(from, from.IsStream ? StreamLocal : Local with { Port = to.Port }, bytes);
        Datagram inner = Source.Unwrap(datagram);
        if (inner.From.Transport == Transport.Turned) { AtClient.Add((inner.From, inner.Payload.ToArray())); }
        else if (Source.Expects(datagram)) { Source.Receive(datagram, Now); }
    }

    private void After(Action action) => _queue.Enqueue(action, ((Now + Delay).Ticks, _order++));
}
