using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>
/// A server's notice to a party in a room, which did not ask: its peer has come, has moved, or has something new to say; or the party is to
/// say whether it is still there. A view of a received message, or what is to be written.
/// </summary>
/// <remarks>
/// <code>
/// STUN indication, method 0x0E1
///   PARTY, SEALED, XOR-PEER-ADDRESS (one or two)   the other party
///   CHECK   0xFF65  empty: the receiver is to join again at once; with the other party or alone
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct PeerNotice
{
    /// <summary>New with each notice; it is no reply to anything.</summary>
    public TransactionId TransactionId { get; init; }

    /// <summary>The other party; empty only in a message that asks.</summary>
    public PeerEntry Peer { get; init; }

    /// <summary>Whether the receiver is asked to show that it is there.</summary>
    public bool IsCheck { get; init; }

    /// <summary>
    /// Reads a datagram; false, and nothing to see, when it is no such notice, has no right fingerprint or lacks what it must have.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out PeerNotice notice)
    {
        notice = default;
        if (StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None || message.Method != OwnStunMethods.PeerNotice)
        {
            return false;
        }

        if (message.Class != StunClass.Indication || !message.HasValidFingerprint()) { return false; }

        bool isCheck = message.TryGetValue(OwnStunAttributes.Check, out _);
        if (!PeerEntry.TryRead(message, out PeerEntry peer) || (peer.IsEmpty && !isCheck)) { return false; }

        notice = new PeerNotice { TransactionId = message.TransactionId, Peer = peer, IsCheck = isCheck };
        return true;
    }

    /// <summary>Writes it; false when it does not fit.</summary>
    /// <param name="destination">540 bytes hold any.</param>
    /// <param name="length">Bytes of it.</param>
    public bool TryWrite(Span<byte> destination, out int length)
    {
        bool isWritten =
            StunWriter.TryCreate(destination, OwnStunMethods.PeerNotice, StunClass.Indication, TransactionId, out StunWriter writer)
            && Peer.TryWrite(ref writer)
            && (!IsCheck || writer.TryWrite(OwnStunAttributes.Check, []))
            && writer.TryWriteFingerprint();
        length = isWritten ? writer.Length : 0;
        return isWritten;
    }
}
