using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// All that follows from a code, by HKDF (RFC 5869) with SHA-256: the room of each day, the key that seals each party's hello, and the
/// secret that the session's keys are bound to. A code has 100 random bits, so it needs no stretching: nobody guesses it, online or
/// offline.
/// </summary>
public sealed class MeetingKeys : IDisposable
{
    internal const int KeyLength = 32;

    private readonly byte[] _pseudorandomKey = Secret.Allocate(KeyLength);

    private MeetingKeys(MeetingCode code)
    {
        Span<byte> characters = stackalloc byte[MeetingCode.Length];
        code.WriteCharacters(characters);
        HKDF.Extract(HashAlgorithmName.SHA256, characters, "punch/1 code"u8, _pseudorandomKey);
        CryptographicOperations.ZeroMemory(characters);

        Span<byte> room = stackalloc byte[RoomId.Length];
        Expand("punch/1 room"u8, room);
        Room = RoomId.FromBytes(room);
    }

    /// <summary>
    /// Whether this machine has the needed cryptography. On Linux that is OpenSSL, unless it is linked in. If it is missing, the platform
    /// ends the process at the first hash, so ask before.
    /// </summary>
    public static bool IsSupported => AesGcm.IsSupported;

    /// <summary>The name of the meeting, which seals and sessions are bound to. Nobody else is told it.</summary>
    public RoomId Room { get; }

    /// <summary>
    /// Where the two meet on one day: the only thing here that a server is told. Who knows the room of a day knows that of no other.
    /// </summary>
    /// <param name="day">Days since the beginning of 1970, in UTC.</param>
    public RoomId RoomOn(uint day)
    {
        ReadOnlySpan<byte> label = "punch/1 room of day"u8;
        Span<byte> info = stackalloc byte[label.Length + sizeof(uint)];
        label.CopyTo(info);
        BinaryPrimitives.WriteUInt32BigEndian(info[label.Length..], day);
        Span<byte> room = stackalloc byte[RoomId.Length];
        Expand(info, room);
        return RoomId.FromBytes(room);
    }

    /// <summary>Derives everything from a code.</summary>
    public static MeetingKeys From(MeetingCode code) => new(code);

    /// <summary>Wipes the key. Objects made with it stay usable.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_pseudorandomKey);

    /// <summary>Not a key, and no name of a room: a fixed word.</summary>
    public override string ToString() => "(meeting keys)";

    /// <summary>
    /// Derives the key that seals the hellos of one party. Each party has its own, so that both may count their revisions from 1.
    /// </summary>
    /// <param name="party">The party that seals the hellos.</param>
    /// <param name="key">Receives 32 bytes; wipe them after use.</param>
    internal void DeriveHelloKey(PartyId party, Span<byte> key)
    {
        ReadOnlySpan<byte> label = "punch/1 hello"u8;
        Span<byte> info = stackalloc byte[label.Length + PartyId.Length];
        label.CopyTo(info);
        party.Write(info[label.Length..]);
        Expand(info, key);
    }

    /// <summary>Derives the secret that proves knowledge of the code. The session's keys depend on it and on the key exchange.</summary>
    /// <param name="secret">Receives 32 bytes; wipe them after use.</param>
    internal void DeriveSessionSecret(Span<byte> secret) => Expand("punch/1 session"u8, secret);

    private void Expand(ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, _pseudorandomKey, output, info);
}
