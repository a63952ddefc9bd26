using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Protocol.Candidates.Turn;

/// <summary>A permission or a channel for a peer: what the server keeps for some minutes, and is asked for again before.</summary>
/// <param name="method">CreatePermission or ChannelBind.</param>
/// <param name="peer">The peer; a permission is for its host alone, whatever the port.</param>
/// <param name="channel">The number of the channel; 0 for a permission.</param>
internal sealed class TurnLease(StunMethod method, TransportAddress peer, ushort channel)
{
    /// <summary>RFC 8656 §9: a permission lasts 5 minutes.</summary>
    private static readonly TimeSpan PermissionPause = TimeSpan.FromSeconds(240);

    /// <summary>RFC 8656 §12: a channel lasts 10 minutes.</summary>
    private static readonly TimeSpan ChannelPause = TimeSpan.FromSeconds(540);

    private const int MaxSends = 5;

    /// <summary>The request under way.</summary>
    public TurnTransaction Transaction { get; } = new();

    public TransportAddress Peer => peer;

    public ushort Channel => channel;

    /// <summary>Whether the server granted it, as far as is known.</summary>
    public bool IsGranted { get; private set; }

    /// <summary>When it was last used to send.</summary>
    public Instant UsedAt { get; set; }

    /// <summary>When it is asked for again; null while a request is under way.</summary>
    public Instant? RenewAt { get; private set; }

    public Instant? NextTimeout => Instant.Earlier(Transaction.Next, RenewAt);

    /// <summary>Asks for it.</summary>
    public void Ask(TransactionId id, bool isStream, Instant now)
    {
        RenewAt = null;
        Transaction.Begin(id, isStream, MaxSends, now);
    }

    /// <summary>The server granted it.</summary>
    public void Grant(Instant now)
    {
        Transaction.End();
        IsGranted = true;
        RenewAt = now + (method == StunMethod.ChannelBind ? ChannelPause : PermissionPause);
    }

    /// <summary>It is not to be had now.</summary>
    public void Deny(TimeSpan pause, Instant now)
    {
        Transaction.End();
        IsGranted = false;
        RenewAt = now + pause;
    }

    /// <summary>The request that is to be sent.</summary>
    public TurnRequest Request() => new(method, Transaction.Id) { Peer = peer, Channel = channel };
}
