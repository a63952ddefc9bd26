using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Protocol.Candidates.Turn;

/// <summary>
/// The permissions and channels of an allocation. Which hosts get a permission is decided elsewhere. A channel is bound for an address
/// where data goes to and has come from, so that each datagram has a header of four bytes.
/// </summary>
internal sealed class TurnPeers(TransactionIdSource ids, TurnCredentials credentials)
{
    /// <summary>The most hosts with a permission: those of a hello and those that servers saw.</summary>
    public const int MaxPermissions = 16;

    /// <summary>The most channels at a time.</summary>
    public const int MaxChannels = 8;

    // 0x4000 is what a stream between punch and its own server uses.
    private const ushort FirstChannel = ChannelData.FirstNumber + 1;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeniedPause = TimeSpan.FromSeconds(60);

    private readonly List<TurnLease> _permissions = new(MaxPermissions);
    private readonly List<TurnLease> _channels = new(MaxChannels);
    private ushort _nextChannel = FirstChannel;
    private TransportAddress _heard;
    private HostAddress? _forbidden;
    private bool _isStream;
    private bool _isHeld;

    /// <summary>Whether the server lost the allocation.</summary>
    public bool IsLost { get; private set; }

    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (TurnLease lease in _permissions) { next = Instant.Earlier(next, _isHeld ? lease.NextTimeout : null); }

            foreach (TurnLease lease in _channels) { next = Instant.Earlier(next, lease.NextTimeout); }

            return next;
        }
    }

    /// <summary>There is a new allocation, which has no permissions and no channels yet.</summary>
    public void Begin(bool isStream, Instant now)
    {
        (_isHeld, _isStream, IsLost) = (true, isStream, false);
        _channels.Clear();
        foreach (TurnLease permission in _permissions) { permission.Ask(ids.Next(), isStream, now); }
    }

    /// <summary>There is no allocation any more.</summary>
    public void End()
    {
        (_isHeld, IsLost) = (false, false);
        _channels.Clear();
        foreach (TurnLease permission in _permissions) { permission.Transaction.End(); }
    }

    /// <summary>Lets these hosts send, and no others. Those that do not fit are left out.</summary>
    public void Permit(IReadOnlyCollection<HostAddress> hosts, Instant now)
    {
        _permissions.RemoveAll(permission => !hosts.Contains(permission.Peer.Host));
        foreach (HostAddress host in hosts)
        {
            if (_permissions.Count >= MaxPermissions || Permission(host) is not null) { continue; }

            var permission = new TurnLease(StunMethod.CreatePermission, new TransportAddress(host, 0), channel: 0);
            if (_isHeld) { permission.Ask(ids.Next(), _isStream, now); }

            _permissions.Add(permission);
        }
    }

    /// <summary>Whether a host may send, as far as was asked for.</summary>
    public bool Permits(HostAddress host) => Permission(host) is not null;

    /// <summary>The peer of a channel; null for a number that was not asked for.</summary>
    public TransportAddress? PeerOf(ushort number)
    {
        foreach (TurnLease channel in _channels)
        {
            if (channel.Channel == number) { return channel.Peer; }
        }

        return null;
    }

    /// <summary>Data came from this address, without a channel.</summary>
    public void NoteHeard(in TransportAddress peer) => _heard = peer;

    /// <summary>The channel to send by; 0 while there is none.</summary>
    public ushort ChannelTo(in TransportAddress peer, Instant now)
    {
        foreach (TurnLease channel in _channels)
        {
            if (channel.Peer != peer) { continue; }

            channel.UsedAt = now;
            return channel.IsGranted ? channel.Channel : (ushort)0;
        }

        if (_heard == peer) { Bind(peer, now); }

        return 0;
    }

    /// <summary>Takes a reply; false if it is another's.</summary>
    public bool TryReceive(in TurnReply reply, Instant now)
    {
        if (Find(reply.Id) is not { } lease) { return false; }

        if (!credentials.Admits(reply)) { return true; }

        switch (reply.Error)
        {
            case null:
                lease.Grant(now);
                break;
            case StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce:
                Answer(lease, reply, now);
                break;
            case StunErrorCode.AllocationMismatch:
                IsLost = true;
                break;
            case StunErrorCode.Forbidden when lease.Channel == 0:
                _forbidden = lease.Peer.Host;
                lease.Deny(DeniedPause, now);
                break;
            default:
                lease.Deny(DeniedPause, now);
                break;
        }

        return true;
    }

    /// <summary>Takes the host that the server forbids, once.</summary>
    public HostAddress? TakeForbidden()
    {
        HostAddress? host = _forbidden;
        _forbidden = null;
        return host;
    }

    public void Timeout(Instant now)
    {
        if (!_isHeld) { return; }

        foreach (TurnLease lease in _permissions) { Timeout(lease, now); }

        foreach (TurnLease lease in _channels) { Timeout(lease, now); }
    }

    /// <summary>Takes the next request to send.</summary>
    public bool TryTake(out TurnRequest request)
    {
        foreach (TurnLease lease in _permissions)
        {
            if (TryTake(lease, out request)) { return true; }
        }

        foreach (TurnLease lease in _channels)
        {
            if (TryTake(lease, out request)) { return true; }
        }

        request = default;
        return false;
    }

    private static bool TryTake(TurnLease lease, out TurnRequest request)
    {
        request = lease.Request();
        return lease.Transaction.TakeSend();
    }

    private void Timeout(TurnLease lease, Instant now)
    {
        if (lease.Transaction.Timeout(now)) { lease.Deny(RetryPause, now); }
        else if (lease.RenewAt <= now) { lease.Ask(ids.Next(), _isStream, now); }
    }

    private void Answer(TurnLease lease, in TurnReply reply, Instant now)
    {
        ChallengeOutcome outcome = credentials.Take(reply);
        if (outcome == ChallengeOutcome.Ignored) { return; }

        bool isAnswered = outcome == ChallengeOutcome.Taken && lease.Transaction.TryAnswer(ids.Next(), now);
        if (!isAnswered) { lease.Deny(DeniedPause, now); }
    }

    private void Bind(in TransportAddress peer, Instant now)
    {
        if (!_isHeld || !Permits(peer.Host)) { return; }

        if (_channels.Count >= MaxChannels) { _channels.Remove(_channels.MinBy(channel => channel.UsedAt)!); }

        // RFC 8656 §12: a number may go to another peer only minutes after its end, so numbers are used in turn.
        var channel = new TurnLease(StunMethod.ChannelBind, peer, _nextChannel) { UsedAt = now };
        _nextChannel = _nextChannel == ChannelData.LastNumber ? FirstChannel : (ushort)(_nextChannel + 1);
        channel.Ask(ids.Next(), _isStream, now);
        _channels.Add(channel);
    }

    private TurnLease? Permission(HostAddress host)
    {
        foreach (TurnLease permission in _permissions)
        {
            if (permission.Peer.Host == host) { return permission; }
        }

        return null;
    }

    private TurnLease? Find(TransactionId id)
    {
        foreach (TurnLease lease in _permissions)
        {
            if (lease.Transaction.Matches(id)) { return lease; }
        }

        foreach (TurnLease lease in _channels)
        {
            if (lease.Transaction.Matches(id)) { return lease; }
        }

        return null;
    }
}
