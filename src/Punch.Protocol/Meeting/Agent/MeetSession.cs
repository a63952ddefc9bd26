using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Punch.Protocol.Peer;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// One side of <c>punch meet</c>, without a socket or a clock (DESIGN.md section 6): it joins the room that the code names, on every server
/// address it was given, finds a path to whoever else joins, and swaps messages over it, sealed, as <c>punch remote-host</c> does.
/// <para>
/// It is made of a client for each server, the agent that finds and keeps the path, and, from the first path on, a
/// <see cref="PeerSession"/> whose datagrams ride in sealed frames. That one's own notion of a path stays inside; opened, moved and closed are the agent's words.
/// </para>
/// <para>
/// The driver sends from whatever local address a <see cref="Transmit"/> names: the session asks for fresh ports in this way. It ends
/// without a path when no server answers, all refuse, or both sides have tried long enough; <see cref="Outcome"/> says which.
/// </para>
/// </summary>
public sealed partial class MeetSession : IProtocol<MeetEvent>, IDataPath, IDisposable
{
    /// <summary>How long a server may be silent from the start, until the session ends.</summary>
    public static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(10);

    private readonly MeetSessionOptions _options;
    private readonly Instant _start;
    private readonly Outbox _outbox = new();
    private readonly MeetNews _news;
    private readonly MeetingKeys _keys;
    private readonly EphemeralKey _key;
    private readonly HelloSealer _sealer;
    private readonly OwnSockets _sockets;
    private readonly RendezvousClient[] _clients;
    private readonly MappingTest? _mapping;
    private readonly ConnectionAgent _agent;
    private readonly byte[] _plaintext = new byte[MaxDatagram];
    private IReadOnlyList<LocalAddress> _hosts;
    private int _payloadLength;
    private MeetEvent? _end;
    private MeetResult _result;

    // IProtocol.TryTransmit asks for this; no UDP payload is larger.
    private const int MaxDatagram = 65_535;

    /// <summary>Begins a meeting: the first joins are ready to be taken at once.</summary>
    /// <exception cref="ArgumentException">No server has a local address of its family, or two local addresses are of one.</exception>
    public MeetSession(MeetSessionOptions options, Instant now)
    {
        _options = options;
        _start = now;
        _hosts = options.Hosts;
        _news = new MeetNews(now);
        _keys = MeetingKeys.From(options.Code);
        _key = EphemeralKey.Create(options.Scalar);
        _sealer = new HelloSealer(_keys, options.Party);
        var random = new SplitMix64(options.Seed);
        _sockets = new OwnSockets(options.Locals, random.Next());
        (TransactionIdSource ids, (ulong High, ulong Low) tokenKey) = DeriveIds(options.Scalar);
        CryptographicOperations.ZeroMemory(options.Scalar);
        _agent = new ConnectionAgent(options, _keys, _key, _sockets, _outbox, _news, tokenKey, random.Next());
        _clients = [.. options.Servers.Where(server => _sockets.Has(server.Host.IsV6))
            .Select(server => new RendezvousClient(server, _sockets.Current(server.Host.IsV6), ids, random.Next()))];
        if (_clients.Length == 0) { throw new ArgumentException("no server with a local address of its family", nameof(options)); }

        RendezvousClient? v4 = _clients.FirstOrDefault(client => !client.Server.Host.IsV6);
        _mapping = v4 is null ? null : new MappingTest(v4.Server, v4.Local, ids);
        RenewHello();
        foreach (RendezvousClient client in _clients) { client.Join(_outbox, now); }
    }

    /// <summary>The part that finds and keeps the path, for tests.</summary>
    internal ConnectionAgent Agent => _agent;

    /// <summary>Whether it is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What has been shown so far.</summary>
    public Verdict Verdict => _agent.Opens > 0 ? Verdict.TwoWay : _agent.HasHeard ? Verdict.OneWay : Verdict.Nothing;

    /// <summary>The proven path's far end; null while none is open.</summary>
    public TransportAddress? Path => _agent.Path?.Remote;

    /// <summary>The own socket of the proven path; null while none is open.</summary>
    public TransportAddress? PathLocal => _agent.Path?.Local;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            if (IsEnded) { return null; }

            Instant? next = Instant.Earlier(_agent.NextTimeout, Instant.Earlier(_mapping?.NextTimeout, _inner?.NextTimeout));
            foreach (RendezvousClient client in _clients) { next = Instant.Earlier(next, client.NextTimeout); }

            return Instant.Earlier(next, NextEnd);
        }
    }

    /// <summary>Ends it as Ctrl-C does: a last word to the peer and to the server, then <see cref="MeetEventKind.Ended"/>.</summary>
    public void Stop(Instant now)
    {
        if (IsEnded) { return; }

        _inner?.Stop(now);
        End(now);
    }

    /// <summary>Takes in that this machine's addresses have changed: everything is tried again from them.</summary>
    public void NoteHosts(IReadOnlyList<LocalAddress> hosts, Instant now)
    {
        if (IsEnded || hosts.SequenceEqual(_hosts)) { return; }

        _hosts = hosts;
        _agent.NoteHosts(hosts, now);
        Settle(now);
    }

    /// <summary>Takes in that a datagram could not be sent. A fresh port that is not to be had is replaced by another.</summary>
    public void NoteSendFailed(TransportAddress local, TransportAddress to, Instant now)
    {
        if (IsEnded) { return; }

        foreach (RendezvousClient client in _clients)
        {
            // Before an answer came to that port it may be the port; a place that can't be reached says nothing about it.
            if (client.Local == local && client.Server == to && client.Mapped is null) { _agent.NoteSendFailed(local, now); }
        }

        Settle(now);
    }

    /// <summary>Counts an ICMP refusal. It never ends anything: anybody can send one.</summary>
    public void NoteRefusal() => _refusals++;

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        _payloadLength = 0;
        if (IsEnded) { return; }

        if (SealedSession.IsFrame(datagram.Payload)) { ReceiveFrame(datagram, now); }
        else { ReceiveFromServer(datagram, now); }

        Settle(now);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _payloadLength = 0;
        if (IsEnded) { return; }

        TimeoutClients(now);
        _mapping?.Timeout(_outbox, now);
        _agent.Timeout(now);
        TimeoutInner(now);
        Settle(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (true)
        {
            if (TryTransmitControl(buffer, out transmit) || TryTransmitPayload(buffer, out transmit)) { return true; }

            if (!TryBidFarewell()) { return false; }
        }
    }

    /// <inheritdoc/>
    public bool TryEvent([MaybeNullWhen(false)] out MeetEvent e)
    {
        if (_news.TryTake(out e)) { return true; }

        // The end is the last event: the datagrams that go out before it are still to be told of.
        if (_end is not { } end || _isFarewellDue || _outbox.Count > 0) { return false; }

        e = end;
        _end = null;
        return true;
    }

    /// <summary>Wipes the keys. Not to be used afterwards, save for what it counted.</summary>
    public void Dispose()
    {
        _agent.Dispose();
        _sealer.Dispose();
        _key.Dispose();
        _keys.Dispose();
    }

    private static (TransactionIdSource Ids, (ulong High, ulong Low) TokenKey) DeriveIds(byte[] scalar)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, key, salt: default, info: "punch/1 ids"u8);
        ulong Word(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
        (TransactionIdSource, (ulong, ulong)) ids = (new TransactionIdSource(Word(key), Word(key[8..])), (Word(key[16..]), Word(key[24..])));
        CryptographicOperations.ZeroMemory(key);
        return ids;
    }

    /// <summary>What follows from a change, whatever it was.</summary>
    private void Settle(Instant now)
    {
        BeginInner(now);
        HearInner(now);
        if (_mapping is not null) { _agent.OwnMapping = _mapping.Mapping; }

        AskServers(_agent.TakeWish(), now);
        foreach (RendezvousClient client in _clients) { client.Seek(_agent.IsSeeking, now); }

        ConsiderEnd(now);
    }

    private bool TryTransmitControl(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        while (_outbox.TryTake(out Outgoing outgoing))
        {
            int length = outgoing.Kind switch
            {
                OutgoingKind.Join or OutgoingKind.Leave =>
                    outgoing.Client!.Write(outgoing.Kind, _keys.Room, _options.Party, _sealer.Sealed.Span, buffer),
                OutgoingKind.Binding => MappingTest.Write(outgoing.Id, buffer),
                _ => _agent.Write(outgoing, buffer),
            };
            if (length == 0) { continue; }

            transmit = new Transmit(outgoing.Route.Local, outgoing.Route.Remote, length, outgoing.HopLimit);
            return true;
        }

        return false;
    }
}
