using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

public sealed partial class SealedSession
{
    /// <summary>Makes the session between this party and the sender of a hello.</summary>
    /// <param name="keys">The keys of the code.</param>
    /// <param name="mine">The key whose public half is in this party's hello.</param>
    /// <param name="myParty">This party.</param>
    /// <param name="theirParty">The sender of the hello.</param>
    /// <param name="theirPublicKey">The public key in that hello, any bytes.</param>
    /// <param name="session">The session; null if the result is false.</param>
    /// <returns>False if both parties are one (a reflected hello), or that key is not a point of the curve.</returns>
    public static bool TryCreate(
        MeetingKeys keys,
        EphemeralKey mine,
        PartyId myParty,
        PartyId theirParty,
        ReadOnlySpan<byte> theirPublicKey,
        [NotNullWhen(true)] out SealedSession? session)
    {
        session = null;
        Span<byte> shared = stackalloc byte[EphemeralKey.SharedSecretLength];
        if (myParty == theirParty || !mine.TryAgree(theirPublicKey, shared)) { return false; }

        bool isLow = myParty.IsBelow(theirParty);
        Span<byte> transcript = stackalloc byte[SHA256.HashSizeInBytes];
        if (isLow) { HashTranscript(keys.Room, myParty, mine.PublicKey.Span, theirParty, theirPublicKey, transcript); }
        else { HashTranscript(keys.Room, theirParty, theirPublicKey, myParty, mine.PublicKey.Span, transcript); }

        Span<byte> material = stackalloc byte[2 * FrameDirection.MaterialLength];
        DeriveMaterial(keys, shared, transcript, material);
        var fromLow = new FrameDirection(material[..FrameDirection.MaterialLength]);
        var fromHigh = new FrameDirection(material[FrameDirection.MaterialLength..]);
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(material);
        session = isLow ? new SealedSession(fromLow, fromHigh) : new SealedSession(fromHigh, fromLow);
        return true;
    }

    private static void HashTranscript(
        RoomId room, PartyId low, ReadOnlySpan<byte> lowKey, PartyId high, ReadOnlySpan<byte> highKey, Span<byte> hash)
    {
        Span<byte> transcript = stackalloc byte[RoomId.Length + 2 * (PartyId.Length + EphemeralKey.PublicKeyLength)];
        room.Write(transcript);
        Span<byte> parties = transcript[RoomId.Length..];
        low.Write(parties);
        lowKey.CopyTo(parties[PartyId.Length..]);
        parties = parties[(PartyId.Length + EphemeralKey.PublicKeyLength)..];
        high.Write(parties);
        highKey.CopyTo(parties[PartyId.Length..]);
        SHA256.HashData(transcript, hash);
    }

    /// <summary>Derives first the material that the low party seals with, then that of the high party.</summary>
    private static void DeriveMaterial(MeetingKeys keys, ReadOnlySpan<byte> shared, ReadOnlySpan<byte> transcript, Span<byte> material)
    {
        ReadOnlySpan<byte> label = "punch/1 keys"u8;
        Span<byte> info = stackalloc byte[label.Length + SHA256.HashSizeInBytes];
        label.CopyTo(info);
        transcript.CopyTo(info[label.Length..]);
        Span<byte> secret = stackalloc byte[MeetingKeys.KeyLength];
        keys.DeriveSessionSecret(secret);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, material, secret, info);
        CryptographicOperations.ZeroMemory(secret);
    }
}
