using Punch.Protocol;
using Punch.Protocol.Rendezvous;

namespace Punch.Serving.Rooms;

/// <summary>A destination of a notice: an address that its party has proven.</summary>
/// <param name="To">The address.</param>
/// <param name="Arrival">How the join from there arrived. The notice leaves from there.</param>
public readonly record struct NoticeTarget(TransportAddress To, Arrival Arrival);

/// <summary>
/// A directory's answer to a join, with buffers for everything in it. One object serves many joins. The outcome is one of
/// <see cref="RendezvousOutcome.Waiting"/>, <see cref="RendezvousOutcome.Paired"/>, <see cref="RendezvousOutcome.Introduced"/>,
/// <see cref="RendezvousOutcome.Left"/>, <see cref="RendezvousOutcome.Held"/>, <see cref="RendezvousOutcome.Challenged"/>,
/// <see cref="RendezvousOutcome.Crowded"/> and <see cref="RendezvousOutcome.Full"/>.
/// </summary>
public sealed class RoomReply
{
    private readonly byte[] _ticket = new byte[RendezvousLimits.Ticket];
    private int _ticketLength;

    /// <summary>The outcome of the join.</summary>
    public RendezvousOutcome Outcome { get; set; }

    /// <summary>The ticket of the sender's seat; empty for none.</summary>
    public ReadOnlySpan<byte> Ticket => _ticket.AsSpan(0, _ticketLength);

    /// <summary>The other party, for the sender; empty if there is none.</summary>
    public PartyRecord Peer { get; } = new();

    /// <summary>The sender, which the other party is told of when <see cref="TargetCount"/> is not 0; empty for a mere check.</summary>
    public PartyRecord Self { get; } = new();

    /// <summary>Whether those that are told are asked to show that they are there.</summary>
    public bool IsCheck { get; set; }

    /// <summary>At how many addresses others are to be told, 0 to 2.</summary>
    public int TargetCount { get; private set; }

    /// <summary>The first target, if there is one: the address seen last.</summary>
    public NoticeTarget First { get; private set; }

    /// <summary>The second of them, if there are two: of the other family, or of another party.</summary>
    public NoticeTarget Second { get; private set; }

    /// <summary>Resets it for the next join.</summary>
    public void Reset()
    {
        Outcome = RendezvousOutcome.Ignored;
        TargetCount = 0;
        IsCheck = false;
        _ticketLength = 0;
        Peer.Clear();
        Self.Clear();
    }

    /// <summary>Adds the ticket of the sender's seat.</summary>
    /// <returns>16 bytes to write the ticket to.</returns>
    public Span<byte> AddTicket()
    {
        _ticketLength = _ticket.Length;
        return _ticket;
    }

    /// <summary>Adds an address of the other party that gets a notice.</summary>
    /// <exception cref="InvalidOperationException">There are two already.</exception>
    public void AddTarget(in NoticeTarget target)
    {
        if (TargetCount == 2) { throw new InvalidOperationException("two addresses are told at most"); }

        if (TargetCount++ == 0) { First = target; }
        else { Second = target; }
    }
}

/// <summary>The public entry of a party, in a buffer of its own.</summary>
public sealed class PartyRecord
{
    private readonly byte[] _party = new byte[RendezvousLimits.Party];
    private readonly byte[] _sealed = new byte[RendezvousLimits.Sealed];
    private bool _isThere;
    private int _sealedLength;
    private TransportAddress? _v4;
    private TransportAddress? _v6;

    /// <summary>A view of the entry, valid until the next change.</summary>
    public PeerEntry Entry =>
        !_isThere ? default : new PeerEntry { Party = _party, Sealed = _sealed.AsSpan(0, _sealedLength), V4 = _v4, V6 = _v6 };

    /// <summary>Empties it.</summary>
    public void Clear() => _isThere = false;

    /// <summary>Copies an entry that is not empty.</summary>
    public void Set(in PeerEntry entry)
    {
        entry.Party.CopyTo(_party);
        entry.Sealed.CopyTo(Begin(entry.Sealed.Length, entry.V4, entry.V6));
    }

    /// <summary>Begins to fill it. The caller then writes the name and the sealed bytes.</summary>
    internal Span<byte> Begin(int sealedLength, in TransportAddress? v4, in TransportAddress? v6)
    {
        (_isThere, _sealedLength, _v4, _v6) = (true, sealedLength, v4, v6);
        return _sealed.AsSpan(0, sealedLength);
    }

    /// <summary>The buffer for the name.</summary>
    internal Span<byte> Party => _party;
}
