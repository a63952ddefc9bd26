using System.Diagnostics.CodeAnalysis;
using Punch.Tests.Stun;

namespace Punch.Tests.Turn;

/// <summary>
/// A TURN server by RFC 8656, for simulations: its rules are written again here, and its messages are made by hand. It refuses on demand.
/// </summary>
internal sealed class TurnServerModel(TransportAddress address) : IProtocol<string>
{
    private static readonly TimeSpan PermissionLasts = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ChannelLasts = TimeSpan.FromMinutes(10);

    private readonly Queue<(TransportAddress From, TransportAddress To, byte[] Bytes)> _out = new();
    private readonly Dictionary<TransportAddress, Allocation> _allocations = [];
    private readonly Dictionary<StunMethod, Queue<int>> _refusals = [];
    private ushort _nextPort = 50_000;

    public string User { get; init; } = "user";

    public string Password { get; init; } = "pass";

    public bool IsSha256 { get; init; }

    public bool IsOpenToAll { get; init; }

    public string Nonce { get; set; } = "nonce-1";

    public uint Lifetime { get; set; } = 600;

    public TransportAddress? Alternate { get; set; }

    /// <summary>The host of its IPv6 addresses; null for none. A server of before does not know that it may be asked for both families.</summary>
    public HostAddress? V6 { get; init; }

    /// <summary>The requests that were granted or refused, in order.</summary>
    public List<(StunMethod Method, int Code, Instant At)> Log { get; } = [];

    public int AllocationCount => _allocations.Count;

    public int Indications { get; private set; }

    public int Keepalives { get; private set; }

    public int ChannelMessages { get; private set; }

    public bool IsEnded => false;

    public Instant? NextTimeout => null;

    public ReadOnlySpan<byte> Payload => default;

    /// <summary>Refuses the next request of this method that is signed.</summary>
    public void Refuse(StunMethod method, int code, int times = 1)
    {
        if (!_refusals.TryGetValue(method, out Queue<int>? codes)) { _refusals[method] = codes = new Queue<int>(); }

        for (int i = 0; i < times; i++) { codes.Enqueue(code); }
    }

    /// <summary>Forgets everything, as a process that was started again.</summary>
    public void Restart()
    {
        _allocations.Clear();
        Nonce += "x";
    }

    public int Count(StunMethod method, int code = 0) => Log.Count(entry => entry.Method == method && entry.Code == code);

    public void Receive(in Datagram datagram, Instant now)
    {
        if (datagram.To.Port != address.Port) { Relay(datagram, now); }
        else if (datagram.Payload is [>= 0x40 and < 0x50, ..]) { TakeChannelData(datagram, now); }
        else if (StunMessage.Parse(datagram.Payload, out StunMessage message) == StunParseError.None)
        {
            if (message.Class == StunClass.Indication) { TakeIndication(datagram.From, message, now); }
            else { TakeRequest(datagram.From, message, now); }
        }
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Timeout(Instant now)
    {
    }

    public void Stop(Instant now)
    {
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_out.TryDequeue(out (TransportAddress From, TransportAddress To, byte[] Bytes) next)) { return false; }

        next.Bytes.CopyTo(buffer);
        transmit = new Transmit(next.From, next.To, next.Bytes.Length);
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out string e)
    {
        e = null;
        return false;
    }

    private void TakeRequest(TransportAddress client, in StunMessage request, Instant now)
    {
        if (!IsOpenToAll && !IsSigned(request, out int challenge))
        {
            Log.Add((request.Method, challenge, now));
            StunBytes reply = Challenge(request, challenge);
            Send(client, reply.ToArray());
            return;
        }

        int code = _refusals.TryGetValue(request.Method, out Queue<int>? codes) && codes.TryDequeue(out int wanted)
            ? wanted
            : request.Method switch
            {
                StunMethod.Allocate => Allocate(client, request, now),
                _ => Find(client, now) is { } held ? Serve(client, held, request, now) : 437,
            };
        Log.Add((request.Method, code, now));
        StunBytes bytes = new StunBytes(code == 0 ? TurnBytes.Success(request.Method) : TurnBytes.Error(request.Method)).WithId(request.TransactionId);
        if (code != 0) { bytes = bytes.With(TurnBytes.ErrorCode, TurnBytes.Code(code)); }

        if (code == 300 && Alternate is { } alternate) { bytes = bytes.WithAddress(TurnBytes.Alternate, $"{alternate.Host}", alternate.Port); }

        if (code == 0 && request.Method is StunMethod.Allocate or StunMethod.Refresh) { bytes = bytes.With(TurnBytes.Lifetime, Number(Granted(request))); }

        // By hand, as XOR-RELAYED-ADDRESS needs the id of the request.
        if (code == 0 && request.Method == StunMethod.Allocate)
        {
            Allocation held = _allocations[client];
            bytes = bytes.With(TurnBytes.Relayed, Xored(held.Relayed, request.TransactionId));
            if (held.RelayedV6 is { } v6) { bytes = bytes.With(TurnBytes.Relayed, Xored(v6, request.TransactionId)); }
        }

        Send(client, Sign(bytes).ToArray());
    }

    private StunBytes Sign(StunBytes bytes)
    {
        if (IsOpenToAll) { return bytes; }

        byte[] key = TurnBytes.Key(User, Password, IsSha256);
        return IsSha256 ? bytes.WithIntegritySha256(key) : bytes.WithIntegrity(key);
    }

    private string Named => IsSha256 ? "obMatJos2AAAB" + Nonce : Nonce;

    private StunBytes Challenge(in StunMessage request, int code)
    {
        StunBytes bytes = new StunBytes(TurnBytes.Error(request.Method)).WithId(request.TransactionId)
            .With(TurnBytes.ErrorCode, TurnBytes.Code(code)).With(TurnBytes.Realm, "example.org").With(TurnBytes.Nonce, Named);
        return IsSha256 ? bytes.With(TurnBytes.Algorithms, 0, 2, 0, 0, 0, 1, 0, 0) : bytes;
    }

    private bool IsSigned(in StunMessage request, out int code)
    {
        byte[] key = TurnBytes.Key(User, Password, IsSha256);
        code = 401;
        bool isRight = IsSha256 ? request.HasValidIntegritySha256(key) : request.HasValidIntegrity(key);
        if (!isRight || !request.TryGetNonce(out ReadOnlySpan<byte> nonce)) { return false; }

        code = 438;
        return nonce.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(Named));
    }

    private int Allocate(TransportAddress client, in StunMessage request, Instant now)
    {
        bool isUdp = request.TryGetUInt32(StunAttributeType.RequestedTransport, out uint transport) && transport >> 24 == 17;
        if (!isUdp) { return 442; }

        if (Find(client, now) is { } held) { return held.Id == request.TransactionId ? 0 : 437; }

        _allocations[client] = new Allocation
        {
            Id = request.TransactionId,
            Relayed = address with { Port = _nextPort++, Transport = Transport.Udp },
            RelayedV6 = V6 is { } host && IsAskedForV6(request) ? new TransportAddress(host, _nextPort++) : null,
            Until = now + TimeSpan.FromSeconds(Lifetime),
        };
        return 0;
    }

    private int Serve(TransportAddress client, Allocation held, in StunMessage request, Instant now) => request.Method switch
    {
        StunMethod.Refresh => Refresh(client, held, request, now),
        StunMethod.CreatePermission => Permit(held, request, now),
        StunMethod.ChannelBind => Bind(held, request, now),
        _ => 400,
    };

    private int Refresh(TransportAddress client, Allocation held, in StunMessage request, Instant now)
    {
        held.Until = now + TimeSpan.FromSeconds(Granted(request));
        if (Granted(request) == 0) { _allocations.Remove(client); }

        return 0;
    }

    private static int Permit(Allocation held, in StunMessage request, Instant now)
    {
        if (!request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer)) { return 400; }

        if (held.From(peer) is null) { return 443; }

        held.Permissions[peer.Host] = now + PermissionLasts;
        return 0;
    }

    private static int Bind(Allocation held, in StunMessage request, Instant now)
    {
        bool isNamed = request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer)
            & request.TryGetUInt32(StunAttributeType.ChannelNumber, out uint channel);
        ushort number = (ushort)(channel >> 16);
        if (!isNamed || number is < 0x4000 or > 0x4FFF) { return 400; }

        if (held.From(peer) is null) { return 443; }

        bool isOther = held.Channels.TryGetValue(number, out (TransportAddress Peer, Instant Until) bound) && bound.Until > now && bound.Peer != peer;
        if (isOther) { return 400; }

        held.Channels[number] = (peer, now + ChannelLasts);
        held.Permissions[peer.Host] = now + PermissionLasts;
        return 0;
    }

    private uint Granted(in StunMessage request) =>
        request.TryGetUInt32(StunAttributeType.Lifetime, out uint wanted) && wanted == 0 ? 0 : Lifetime;

    private void TakeIndication(TransportAddress client, in StunMessage message, Instant now)
    {
        Keepalives += message.Method == StunMethod.Binding ? 1 : 0;
        if (message.Method != StunMethod.Send || Find(client, now) is not { } held) { return; }

        bool isWhole = message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer)
            & message.TryGetValue(StunAttributeType.Data, out ReadOnlySpan<byte> data);
        if (!isWhole || !IsPermitted(held, peer.Host, now)) { return; }

        Indications++;
        _out.Enqueue((held.From(peer)!.Value, peer, data.ToArray()));
    }

    private void TakeChannelData(in Datagram datagram, Instant now)
    {
        ReadOnlySpan<byte> bytes = datagram.Payload;
        ushort number = (ushort)((bytes[0] << 8) | bytes[1]);
        bool isBound = Find(datagram.From, now) is { } held && held.Channels.TryGetValue(number, out _);
        if (!isBound) { return; }

        Allocation allocation = _allocations[datagram.From];
        (TransportAddress peer, Instant until) = allocation.Channels[number];
        if (until <= now) { return; }

        ChannelMessages++;
        _out.Enqueue((allocation.From(peer)!.Value, peer, bytes.Slice(4, (bytes[2] << 8) | bytes[3]).ToArray()));
    }

    private void Relay(in Datagram datagram, Instant now)
    {
        ushort port = datagram.To.Port;
        TransportAddress from = datagram.From;
        foreach ((TransportAddress client, Allocation held) in _allocations)
        {
            if (held.From(from)?.Port != port || held.Until <= now || !IsPermitted(held, from.Host, now)) { continue; }

            foreach ((ushort number, (TransportAddress peer, Instant until)) in held.Channels)
            {
                if (peer != from || until <= now) { continue; }

                int length = datagram.Payload.Length;
                Send(client, [(byte)(number >> 8), (byte)(number & 0xFF), (byte)(length >> 8), (byte)(length & 0xFF), .. datagram.Payload]);
                return;
            }

            Send(client, new StunBytes(TurnBytes.DataIndication).WithAddress(TurnBytes.Peer, $"{from.Host}", from.Port, isXored: true)
                .With(TurnBytes.Data, datagram.Payload.ToArray()).ToArray());
            return;
        }
    }

    private static bool IsPermitted(Allocation held, HostAddress host, Instant now) =>
        held.Permissions.TryGetValue(host, out Instant until) && until > now;

    private Allocation? Find(TransportAddress client, Instant now) =>
        _allocations.TryGetValue(client, out Allocation? held) && held.Until > now ? held : null;

    private void Send(TransportAddress client, byte[] bytes) => _out.Enqueue((address, client, bytes));

    private static byte[] Number(uint number) => [(byte)(number >> 24), (byte)((number >> 16) & 0xFF), (byte)((number >> 8) & 0xFF), (byte)(number & 0xFF)];

    private static bool IsAskedForV6(in StunMessage request) =>
        request.TryGetUInt32(StunAttributeType.AdditionalAddressFamily, out uint family) && family == 0x0200_0000;

    private static byte[] Xored(TransportAddress relayed, TransactionId id)
    {
        byte[] host = new byte[relayed.Host.ByteCount];
        relayed.Host.Write(host);
        byte[] mask = new byte[16];
        (mask[0], mask[1], mask[2], mask[3]) = (0x21, 0x12, 0xA4, 0x42);
        id.Write(mask.AsSpan(4));
        int port = relayed.Port ^ 0x2112;
        return [0, (byte)(relayed.Host.IsV6 ? 2 : 1), (byte)(port >> 8), (byte)(port & 0xFF), .. host.Select((b, i) => (byte)(b ^ mask[i]))];
    }

    private sealed class Allocation
    {
        public required TransactionId Id { get; init; }

        public required TransportAddress Relayed { get; init; }

        public required TransportAddress? RelayedV6 { get; init; }

        public TransportAddress? From(TransportAddress peer) => peer.Host.IsV6 ? RelayedV6 : Relayed;

        public Instant Until { get; set; }

        public Dictionary<HostAddress, Instant> Permissions { get; } = [];

        public Dictionary<ushort, (TransportAddress Peer, Instant Until)> Channels { get; } = [];
    }
}
