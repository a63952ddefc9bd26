using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>
/// A party's hello to its peer where no server is: sent to the address that the user named, and to where a greeting came from. A view of a
/// received message, or what is to be written.
/// </summary>
/// <remarks>
/// <code>
/// STUN indication, method 0x0E4; the transaction id is the sender's, the same in all its greetings
///   PARTY    0xFF61  16 bytes: the sender
///   SEALED   0xFF62  1 to 448 bytes
///   HEARD    0xFF69  12 bytes: the transaction id of the last greeting that came from there; left out before the first
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct Greeting
{
    /// <summary>The bytes that hold any greeting: header(20), party(4 + 16), sealed(4 + 448), heard(4 + 12), fingerprint(8).</summary>
    public const int MaxLength = 516;

    /// <summary>The sender's: 96 random bits, which show that a greeting with them in HEARD is from somebody who got one.</summary>
    public TransactionId Id { get; init; }

    /// <summary>The id of the last greeting from there; null before the first.</summary>
    public TransactionId? Heard { get; init; }

    /// <summary>The sender and its sealed hello. There are no addresses in it: the sender is where the greeting comes from.</summary>
    public PeerEntry Peer { get; init; }

    /// <summary>Reads a datagram; false, and nothing to see, when it is no greeting or has no right fingerprint.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Greeting greeting)
    {
        greeting = default;
        if (datagram.Length > MaxLength || StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None) { return false; }

        bool isGreeting = message is { Method: OwnStunMethods.Greeting, Class: StunClass.Indication };
        if (!isGreeting || !message.HasValidFingerprint()) { return false; }

        if (!PeerEntry.TryRead(message, out PeerEntry peer) || peer.IsEmpty) { return false; }

        bool isHeard = message.TryGetValue(OwnStunAttributes.Heard, out ReadOnlySpan<byte> heard);
        if (isHeard && heard.Length != TransactionId.Length) { return false; }

        greeting = new Greeting
        {
            Id = message.TransactionId,
            Heard = isHeard ? TransactionId.FromBytes(heard) : null,
            Peer = new PeerEntry { Party = peer.Party, Sealed = peer.Sealed },
        };
        return true;
    }

    /// <summary>Writes it and returns its length; 0 when it does not fit.</summary>
    /// <param name="destination"><see cref="MaxLength"/> bytes hold any.</param>
    public int Write(Span<byte> destination)
    {
        Span<byte> heard = stackalloc byte[TransactionId.Length];
        Heard?.Write(heard);
        bool isWritten = StunWriter.TryCreate(destination, OwnStunMethods.Greeting, StunClass.Indication, Id, out StunWriter writer)
            && Peer.TryWrite(ref writer)
            && (Heard is null || writer.TryWrite(OwnStunAttributes.Heard, heard))
            && writer.TryWriteFingerprint();
        return isWritten ? writer.Length : 0;
    }
}
