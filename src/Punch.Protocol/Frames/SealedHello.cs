using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// A hello in the form that the server carries. The server sees who sends it in which room, and how often it changed, but no content.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                 revision: 1, 2, 3 and so on                   |
/// +---------------------------------------------------------------+
/// |           AES-256-GCM of the hello, its tag (16) last        ...
/// +---------------------------------------------------------------+
/// </code>
/// Key: the party's hello key. Nonce: eight zeros and the revision. Associated data: the room and the party.
/// </remarks>
public static class SealedHello
{
    /// <summary>The longest accepted one in bytes: what a join has room for.</summary>
    public const int MaxLength = 448;

    /// <summary>The longest one that <see cref="HelloSealer"/> makes, in bytes.</summary>
    public const int MaxSentLength = Overhead + Hello.MaxLength;

    internal const int RevisionLength = 4;
    internal const int Overhead = RevisionLength + AeadCipher.TagLength;
    internal const int AssociatedLength = RoomId.Length + PartyId.Length;

    internal static AeadCipher CreateCipher(MeetingKeys keys, PartyId party)
    {
        Span<byte> key = stackalloc byte[MeetingKeys.KeyLength];
        keys.DeriveHelloKey(party, key);
        var cipher = new AeadCipher(key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    internal static void WriteNonce(uint revision, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[(AeadCipher.NonceLength - RevisionLength)..], revision);
    }

    internal static void WriteAssociated(RoomId room, PartyId party, Span<byte> associated)
    {
        room.Write(associated);
        party.Write(associated[RoomId.Length..]);
    }
}
