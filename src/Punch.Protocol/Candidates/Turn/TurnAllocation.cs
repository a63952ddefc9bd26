using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Protocol.Candidates.Turn;

/// <summary>
/// What a TURN server lends (RFC 8656 §7, §8): an address of each family that it has. They are asked for together, kept, asked for again
/// when they are lost, and given up. Over UDP they belong to one local port, over TCP or TLS to one stream.
/// </summary>
internal sealed class TurnAllocation
{
    /// <summary>How often one server may send on to another.</summary>
    private const int MaxRedirects = 2;

    /// <summary>How many ports are tried where the server says that the port has an allocation of somebody else.</summary>
    private const int MaxFreshPorts = 2;

    /// <summary>Sends of a request while another address is left to try: 1.75 s, and 15.75 s for the last one.</summary>
    private const int FewSends = 3;
    private const int MaxSends = 6;

    /// <summary>Ends of streams that are still to be told of: one for each address of the server is usual.</summary>
    private const int MaxClosing = 16;

    // RFC 6335 §6: the dynamic ports.
    private const int FirstPort = 49_152;
    private const int PortCount = 16_384;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(60);

    private readonly TransportAddress[] _servers;
    private readonly IReadOnlyList<TransportAddress> _locals;
    private readonly TransactionIdSource _ids;
    private readonly TurnCredentials _credentials;
    private readonly DestinationPolicy _policy;
    private readonly TurnTransaction _transaction = new();
    private readonly TimerTable<AllocationTimer> _timers = new();
    private readonly Queue<StreamRequest> _streams = new();
    private readonly List<TransportAddress> _closing = [];
    private SplitMix64 _random;
    private State _state;
    private TurnRequest _request;
    private TimeSpan _pause = ShortestPause;
    private int _index;
    private int _redirects;
    private int _freshPorts;
    private bool _hasStream;
    private bool _wantsV6;
    private Instant _heldAt;

    /// <param name="servers">The addresses of the server, the preferred ones first; those that no local port reaches are left out.</param>
    /// <param name="locals">The local ports, at most one of each family.</param>
    /// <param name="ids">Makes transaction ids.</param>
    /// <param name="credentials">The credentials.</param>
    /// <param name="policy">Decides where this machine may be sent on to.</param>
    /// <param name="seed">The seed of fresh ports.</param>
    public TurnAllocation(
        IReadOnlyList<TransportAddress> servers, IReadOnlyList<TransportAddress> locals, TransactionIdSource ids,
        TurnCredentials credentials, DestinationPolicy policy, ulong seed)
    {
        _locals = locals;
        _servers = [.. servers.Where(IsReachable)];
        _ids = ids;
        _credentials = credentials;
        _policy = policy;
        _random = new SplitMix64(seed);
    }

    private enum State
    {
        /// <summary>Nothing is asked for.</summary>
        Idle,

        /// <summary>A stream to the server opens.</summary>
        Connecting,

        /// <summary>The server is asked.</summary>
        Asking,

        /// <summary>The address is there.</summary>
        Held,

        /// <summary>It is asked for again after a while.</summary>
        Waiting,

        /// <summary>The server refused for good.</summary>
        Refused,

        Ended,
    }

    private enum AllocationTimer
    {
        /// <summary>The stream should be open by now.</summary>
        Connect,

        /// <summary>The server is to be asked to keep the allocation.</summary>
        Refresh,

        /// <summary>The server is to be asked again.</summary>
        Retry,
    }

    /// <summary>The server that is asked.</summary>
    public TransportAddress Server { get; private set; }

    /// <summary>The local end towards the server.</summary>
    public TransportAddress Local { get; private set; }

    /// <summary>The addresses that the server lends.</summary>
    public RelayedAddresses Relayed { get; private set; }

    /// <summary>Why there is none; null before a first failure.</summary>
    public TurnFailure? Failure { get; private set; }

    public bool IsEnded => _state == State.Ended;

    public Instant? NextTimeout => IsEnded ? null : Instant.Earlier(_timers.Next, _transaction.Next);

    /// <summary>Asks for an address.</summary>
    public void Begin(Instant now)
    {
        if (_servers.Length == 0) { Refuse(default); }
        else { Use(_servers[0], now); }
    }

    /// <summary>Asks whether the server still keeps the allocation: the local network changed, or nothing comes any more.</summary>
    public void Check(Instant now)
    {
        if (_state == State.Held && !_transaction.IsOpen) { Send(StunMethod.Refresh, FewSends, now); }
    }

    /// <summary>The server has lost the allocation.</summary>
    public void Lose(Instant now)
    {
        if (_state != State.Held) { return; }

        Relayed = default;
        if (now - _heldAt < ShortestPause) { Wait(new TurnFailure(StunErrorCode.AllocationMismatch, null), now); }
        else { Use(Server, now); }
    }

    /// <summary>Gives the allocation up, and ends.</summary>
    public void Leave()
    {
        bool isHeld = _state == State.Held;
        End();
        if (!isHeld) { return; }

        _transaction.Begin(_ids.Next(), Server.IsStream, 1, Instant.Zero);
        _request = new TurnRequest(StunMethod.Refresh, _transaction.Id) { IsLast = true };
    }

    /// <summary>Ends without a word to the server.</summary>
    public void End()
    {
        _state = State.Ended;
        _timers.Clear();
        _transaction.End();
        _streams.Clear();
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
        if (IsEnded) { return; }

        if (notice.Kind == NetworkNoticeKind.HostsChanged) { Check(now); }

        TransportAddress remote = notice.Remote;
        if (notice.Kind == NetworkNoticeKind.StreamClosed && _closing.Remove(remote)) { return; }

        if (!_hasStream || remote != Server) { return; }

        if (notice.Kind == NetworkNoticeKind.StreamOpened && _state == State.Connecting)
        {
            Local = notice.Local;
            _closing.RemoveAll(closed => closed == remote);
            Allocate(now);
        }
        else if (notice.Kind == NetworkNoticeKind.StreamClosed)
        {
            _hasStream = false;
            TryNext(new TurnFailure(default, notice.Reason), now);
        }
    }

    public void Timeout(Instant now)
    {
        if (IsEnded) { return; }

        if (_transaction.Timeout(now)) { TryNext(new TurnFailure(default, null), now); }

        if (_timers.TryTake(AllocationTimer.Connect, now)) { TryNext(new TurnFailure(default, null), now); }

        if (_timers.TryTake(AllocationTimer.Refresh, now)) { Send(StunMethod.Refresh, MaxSends, now); }

        if (!_timers.TryTake(AllocationTimer.Retry, now)) { return; }

        _redirects = 0;
        Use(_servers[0], now);
    }

    /// <summary>Takes a reply; false if it is another's.</summary>
    public bool TryReceive(in TurnReply reply, Instant now)
    {
        if (IsEnded || !_transaction.Matches(reply.Id) || reply.Message.Method != _request.Method) { return false; }

        if (reply.Error is StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce) { Answer(reply, now); }
        else if (_credentials.Admits(reply)) { Take(reply, now); }

        return true;
    }

    /// <summary>Takes the next request to send.</summary>
    public bool TryTake(out TurnRequest request)
    {
        request = _request;
        return _transaction.TakeSend();
    }

    public bool TryStream(out StreamRequest request) => _streams.TryDequeue(out request);

    private bool IsReachable(TransportAddress server) =>
        server.IsStream || _locals.Any(local => local.Host.IsV6 == server.Host.IsV6);

    private void Use(in TransportAddress server, Instant now)
    {
        if (server != Server) { _credentials.Forget(); }

        Close();
        Server = server;
        _transaction.End();
        _timers.Clear();
        if (server.IsStream)
        {
            _state = State.Connecting;
            _hasStream = true;
            _timers[AllocationTimer.Connect] = now + ConnectPatience;
            _streams.Enqueue(new StreamRequest { Action = StreamAction.Open, Remote = server });
            return;
        }

        // A fresh port is kept: the first one has an allocation of somebody else.
        if (_freshPorts == 0 || Local.Host.IsV6 != server.Host.IsV6) { Local = LocalOf(server.Host.IsV6); }

        Allocate(now);
    }

    private TransportAddress LocalOf(bool isV6) => _locals.FirstOrDefault(local => local.Host.IsV6 == isV6);

    private void Allocate(Instant now)
    {
        _state = State.Asking;
        _timers.Clear();
        Send(StunMethod.Allocate, _index + 1 < _servers.Length ? FewSends : MaxSends, now);
    }

    private void Send(StunMethod method, int maxSends, Instant now, bool isLast = false)
    {
        _transaction.Begin(_ids.Next(), Server.IsStream, maxSends, now);
        _request = new TurnRequest(method, _transaction.Id) { WantsV6 = _wantsV6, IsLast = isLast };
    }

    private void Answer(in TurnReply reply, Instant now)
    {
        ChallengeOutcome outcome = _credentials.Take(reply);
        if (outcome == ChallengeOutcome.Ignored) { return; }

        bool isAnswered = outcome == ChallengeOutcome.Taken && _transaction.TryAnswer(_ids.Next(), now);
        if (isAnswered) { _request = _request with { Id = _transaction.Id }; }
        else { Refuse(StunErrorCode.Unauthenticated); }
    }

    private void Take(in TurnReply reply, Instant now)
    {
        _transaction.End();
        if (reply.Error is { } error) { Fail(error, reply.Alternate, now); }
        else if (_request.IsLast) { Allocate(now); }
        else if (_request.Method == StunMethod.Refresh) { Keep(reply.Lifetime, now); }
        else if (reply.Relayed is { IsNone: false } relayed)
        {
            (Relayed, Failure, _pause, _index) = (relayed, null, ShortestPause, 0);
            (_state, _heldAt, _redirects) = (State.Held, now, 0);
            Keep(reply.Lifetime, now);
        }
        else { Refuse(StunErrorCode.BadRequest); }
    }

    // RFC 8656 §3.9 recommends a minute before the end; a short lifetime is renewed after its half.
    private void Keep(TimeSpan? granted, Instant now)
    {
        TimeSpan lifetime = granted ?? TimeSpan.FromMinutes(10);
        TimeSpan pause = lifetime > Early * 2 ? lifetime - Early : lifetime / 2;
        _timers[AllocationTimer.Refresh] = now + (pause > ShortestPause ? pause : ShortestPause);
    }

    private void Fail(StunErrorCode error, TransportAddress? alternate, Instant now)
    {
        if (_request.IsLast) { TakeFreshPort(error, now); }
        else if (_request.Method == StunMethod.Refresh) { Lose(now); }
        else
        {
            switch (error)
            {
                case StunErrorCode.TryAlternate when alternate is { } named && MayFollow(named):
                    _redirects++;
                    Use(named with { Transport = Server.Transport }, now);
                    break;
                // It may be an allocation of an earlier process with this port and these credentials.
                case StunErrorCode.AllocationMismatch when _freshPorts == 0 && !Server.IsStream:
                    Send(StunMethod.Refresh, FewSends, now, isLast: true);
                    break;
                case StunErrorCode.AllocationMismatch or StunErrorCode.WrongCredentials:
                    TakeFreshPort(error, now);
                    break;
                case StunErrorCode.AddressFamilyNotSupported when !_wantsV6:
                    _wantsV6 = true;
                    Allocate(now);
                    break;
                case StunErrorCode.AllocationQuotaReached or StunErrorCode.InsufficientCapacity or StunErrorCode.ServerError:
                    Wait(new TurnFailure(error, null), now);
                    break;
                default:
                    Refuse(error);
                    break;
            }
        }
    }

    // Only to an address that anybody can name without harm, and over TLS only to the host whose name the certificate has.
    private bool MayFollow(in TransportAddress alternate)
    {
        bool isSameHost = alternate.Host == Server.Host;
        bool isPublic = Server.Transport != Transport.Tls
            && alternate.Host.IsPublic()
            && _policy.Allows(alternate with { Transport = Transport.Turned });
        return _redirects < MaxRedirects && (isSameHost || isPublic) && IsReachable(alternate with { Transport = Server.Transport });
    }

    private void TakeFreshPort(StunErrorCode error, Instant now)
    {
        if (_freshPorts >= MaxFreshPorts)
        {
            Refuse(error);
            return;
        }

        _freshPorts++;
        Local = Local with { Port = (ushort)(FirstPort + _random.NextInt(PortCount)) };
        if (Server.IsStream) { Use(Server, now); }
        else { Allocate(now); }
    }

    private void TryNext(in TurnFailure failure, Instant now)
    {
        Relayed = default;
        if (++_index < _servers.Length) { Use(_servers[_index], now); }
        else { Wait(failure, now); }
    }

    private void Wait(in TurnFailure failure, Instant now)
    {
        Stop(State.Waiting, failure);
        _timers[AllocationTimer.Retry] = now + _pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    private void Refuse(StunErrorCode code) => Stop(State.Refused, new TurnFailure(code, null));

    private void Stop(State state, in TurnFailure failure)
    {
        Close();
        Failure = failure;
        Relayed = default;
        (_state, _index) = (state, 0);
        _transaction.End();
        _timers.Clear();
    }

    // Its end is told of, too, and must not be taken for the end of the next stream.
    private void Close()
    {
        if (!_hasStream) { return; }

        _hasStream = false;
        if (_closing.Count < MaxClosing) { _closing.Add(Server); }

        _streams.Enqueue(new StreamRequest { Action = StreamAction.Close, Remote = Server });
    }
}

/// <summary>Why a TURN server lends no address.</summary>
/// <param name="Code">What it replied; 0 where it did not reply.</param>
/// <param name="Reason">What was wrong with the stream to it, in words for a user; null if nothing was.</param>
internal readonly record struct TurnFailure(StunErrorCode Code, string? Reason);
