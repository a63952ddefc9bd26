using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Relay;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Relay;

/// <summary>
/// Binds this party's leg of a relayed session on the server where it has its seat, and keeps it. The server's address is then an address
/// of the peer: sealed frames that go there come out at the peer. When that is tried is not decided here.
/// </summary>
internal sealed class RelaySource(PartyId party, TransactionIdSource ids, EventQueue events) : ICandidateSource
{
    // A server of before there was a relay does not reply: the last pause is repeated a few times, then it is let be.
    private static readonly TimeSpan[] Pauses = [.. new[] { 100, 200, 400, 800, 1000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>Requests without a reply after which the server counts as one without a relay.</summary>
    private const int MaxRequests = 8;

    /// <summary>Challenges in a row that are answered at once, and requests without a seat that are soon repeated.</summary>
    private const int MaxRepeats = 4;

    // The seat may be about to move to the address that asks.
    private static readonly TimeSpan PauseWithoutSeat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongPauseWithoutSeat = TimeSpan.FromSeconds(1);

    /// <summary>The server has no room, or this network has its share.</summary>
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromSeconds(15);

    // The server ends soon, and another one may begin in its place.
    private static readonly TimeSpan PauseWhileDraining = TimeSpan.FromSeconds(2);

    private readonly CandidateSet _candidates = new(CandidateSide.Remote);
    private readonly byte[] _nonce = new byte[RendezvousLimits.Nonce];
    private int _nonceLength;
    private TransportAddress _server;
    private TransportAddress _local;
    private RoomId _room;
    private TransactionId _id;
    private SourceState _state = SourceState.Idle;
    private bool _isBound;
    private bool _isDraining;
    private bool _isUnseated;
    private bool _hasRequest;
    private int _sent;
    private int _repeats;
    private Instant _next;
    private TimeSpan _lifetime;

    private enum SourceState
    {
        /// <summary>Nothing was asked for, or the server has no relay.</summary>
        Idle,

        /// <summary>A request is under way, or soon will be.</summary>
        Asking,

        /// <summary>The leg is bound, and is asked for again before its lifetime is over.</summary>
        Bound,

        Ended,
    }

    /// <summary>What the server may ask for; null for none.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>The local port of the leg, and the server that relays; null if no leg is bound.</summary>
    public (TransportAddress Local, TransportAddress Server)? Leg => _isBound ? (_local, _server) : null;

    /// <summary>Why the last request was refused; null where none was.</summary>
    public StunErrorCode? Refusal { get; private set; }

    /// <summary>Whether the server's address is named as an address of the peer; only while a leg is bound.</summary>
    public bool IsNamed { get; private set; }

    /// <inheritdoc/>
    public bool IsEnded => _state == SourceState.Ended;

    /// <inheritdoc/>
    public Instant? NextTimeout => _state is SourceState.Asking or SourceState.Bound ? _next : null;

    /// <summary>Binds a leg for this port, unless that was done or tried before.</summary>
    /// <param name="server">A server that keeps a seat of this party for the port.</param>
    /// <param name="local">The port.</param>
    /// <param name="room">The room of that seat.</param>
    /// <param name="nonce">The newest nonce of the server for this port; empty if there is none.</param>
    /// <param name="now">The time.</param>
    public void Bind(in TransportAddress server, in TransportAddress local, RoomId room, ReadOnlySpan<byte> nonce, Instant now)
    {
        // A leg stays at its port, even where the seat has moved to a fresh one.
        bool isSame = _server == server && (_local == local || _isBound) && _room == room;
        if (isSame || IsEnded) { return; }

        // A leg at another server has nothing to do with this one.
        _isBound &= _server == server;
        (_server, _local, _room) = (server, local, room);
        Keep(nonce);
        Begin(now);
    }

    /// <summary>The stream to a server is closed, and with it a leg that came by it.</summary>
    public void Lose(in TransportAddress server)
    {
        if (_server != server || IsEnded) { return; }

        (_server, _local, _isBound) = (default, default, false);
        _state = SourceState.Idle;
        Name(isWanted: false);
    }

    /// <summary>Asks for the leg again: the server may have lost it, or may relay now.</summary>
    public void Renew(Instant now)
    {
        bool isTriedLongAgo = _state == SourceState.Idle && _local != default && now >= _next + PauseWhenFull;
        if (_state == SourceState.Bound || isTriedLongAgo) { Begin(now); }
    }

    /// <summary>Takes, once, that the server found no seat of this party at the port that asked.</summary>
    public bool TakeUnseated()
    {
        bool isUnseated = _isUnseated;
        _isUnseated = false;
        return isUnseated;
    }

    /// <summary>Names the server's address as one of the peer's, or takes it back. Returns whether anything changed.</summary>
    public bool Name(bool isWanted)
    {
        bool isNamed = isWanted && _isBound;
        if (isNamed == IsNamed) { return false; }

        IsNamed = isNamed;
        _candidates.Replace(isNamed ? [new Candidate(CandidateKind.Relayed, _server)] : []);
        return true;
    }

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => datagram.From == _server && !SealedSession.IsFrame(datagram.Payload);

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (IsEnded || datagram.From != _server) { return; }

        if (BindReply.TryRead(datagram.Payload, out BindReply reply)) { Receive(reply, now); }
        else if (_isBound && RelayNotice.TryRead(datagram.Payload, out RelayNotice notice))
        {
            _isDraining |= notice.Event == RelayEvent.Draining;
            events.Add(new SessionEvent
            {
                Kind = SessionEventKind.RelayNotice,
                Elapsed = events.Elapsed(now),
                Remote = _server,
                Relay = notice.Event,
            });
        }
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        // The seat moves first, and with it the port that is bound.
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        if (NextTimeout is not { } due || due > now) { return; }

        if (_state == SourceState.Bound) { Begin(now); }
        else if (_sent < MaxRequests) { Ask(now); }
        else { GiveUp(); }
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => _state = SourceState.Ended;

    /// <summary>Gives up the leg, and ends.</summary>
    public void Leave(Instant now)
    {
        if (IsEnded) { return; }

        _hasRequest = _isBound;
        Stop(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_hasRequest) { return false; }

        _hasRequest = false;
        Span<byte> roomBytes = stackalloc byte[RoomId.Length];
        Span<byte> partyBytes = stackalloc byte[PartyId.Length];
        _room.Write(roomBytes);
        party.Write(partyBytes);
        var request = new BindRequest
        {
            TransactionId = IsEnded ? ids.Next() : _id,
            Room = roomBytes,
            Party = partyBytes,
            Nonce = _nonce.AsSpan(0, _nonceLength),
            Password = Password,
            IsLeaving = IsEnded,
        };
        transmit = new Transmit(_local, _server, BindRequest.Length);
        return request.TryWrite(buffer);
    }

    // A server that relayed before is asked again as soon as it keeps a seat, from the port of that seat.
    private void GiveUp()
    {
        _state = SourceState.Idle;
        if (_isBound) { _server = default; }

        _isBound = false;
    }

    private void Begin(Instant now)
    {
        _state = SourceState.Asking;
        _sent = 0;
        _repeats = 0;
        Repeat(now);
    }

    private void Repeat(Instant now)
    {
        _id = ids.Next();
        Ask(now);
    }

    private void Ask(Instant now)
    {
        _hasRequest = true;
        _next = now + Pauses[Math.Min(_sent, Pauses.Length - 1)];
        _sent++;
    }

    private void Receive(in BindReply reply, Instant now)
    {
        if (_state != SourceState.Asking || reply.TransactionId != _id) { return; }

        Keep(reply.Nonce);
        Refusal = reply.Error is StunErrorCode.StaleNonce ? null : reply.Error;
        switch (reply.Error)
        {
            case null:
                _state = SourceState.Bound;
                _isBound = true;
                _isDraining = false;
                _lifetime = reply.Lifetime;
                _next = now + Max(_lifetime / 3, PauseWhenFull);
                break;
            case StunErrorCode.StaleNonce when _repeats++ < MaxRepeats:
                Repeat(now);
                break;
            case StunErrorCode.AllocationMismatch when _isBound:
                // A router gave the port another public one, and the seat is elsewhere: the leg goes where the seat is.
                _isUnseated = true;
                GiveUp();
                break;
            case StunErrorCode.AllocationMismatch when _repeats < MaxRepeats * 2:
                _isUnseated = true;
                Wait(_repeats++ < MaxRepeats ? PauseWithoutSeat : LongPauseWithoutSeat, now);
                break;
            case StunErrorCode.AllocationQuotaReached or StunErrorCode.InsufficientCapacity or StunErrorCode.AllocationMismatch:
                Wait(_isDraining ? PauseWhileDraining : PauseWhenFull, now);
                break;
            default:
                _state = SourceState.Idle;
                break;
        }

        if (reply.Error is not null and not StunErrorCode.StaleNonce) { _isBound = false; }
    }

    private void Wait(TimeSpan pause, Instant now)
    {
        _id = ids.Next();
        _sent = 0;
        _next = now + pause;
    }

    private void Keep(ReadOnlySpan<byte> nonce)
    {
        if (nonce.IsEmpty) { return; }

        _nonceLength = nonce.Length;
        nonce.CopyTo(_nonce);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
