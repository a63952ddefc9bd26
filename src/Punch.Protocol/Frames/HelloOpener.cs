using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>Opens the hellos of one other party. It accepts each revision once, and none older than the newest.</summary>
public sealed class HelloOpener : IDisposable
{
    private readonly RoomId _room;
    private readonly PartyId _mine;
    private readonly AeadCipher _cipher;

    /// <summary>An opener for the hellos of <paramref name="theirs"/>, which may or may not know the code.</summary>
    public HelloOpener(MeetingKeys keys, PartyId mine, PartyId theirs)
    {
        _room = keys.Room;
        _mine = mine;
        Party = theirs;
        _cipher = SealedHello.CreateCipher(keys, theirs);
    }

    /// <summary>The party whose hellos it opens.</summary>
    public PartyId Party { get; }

    /// <summary>The highest accepted revision; 0 before the first.</summary>
    public uint Revision { get; private set; }

    /// <summary>Opens a sealed hello. It never throws, and changes nothing unless the seal is valid.</summary>
    /// <param name="bytes">The value of SEALED.</param>
    /// <param name="hello">The hello; set only for <see cref="HelloError.None"/>.</param>
    public HelloError Open(ReadOnlySpan<byte> bytes, out Hello? hello)
    {
        hello = null;
        if (bytes.Length is <= SealedHello.Overhead or > SealedHello.MaxLength) { return HelloError.Length; }

        if (Party == _mine) { return HelloError.Reflected; }

        uint revision = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (revision <= Revision) { return HelloError.Stale; }

        Span<byte> plaintext = stackalloc byte[SealedHello.MaxLength];
        plaintext = plaintext[..(bytes.Length - SealedHello.Overhead)];
        if (!TryUnseal(revision, bytes[SealedHello.RevisionLength..], plaintext)) { return HelloError.Forged; }

        Revision = revision;
        HelloError error = Hello.Parse(plaintext, out hello);
        CryptographicOperations.ZeroMemory(plaintext);
        return error;
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _cipher.Dispose();

    private bool TryUnseal(uint revision, ReadOnlySpan<byte> ciphertextAndTag, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceLength];
        Span<byte> associated = stackalloc byte[SealedHello.AssociatedLength];
        Span<byte> scratch = stackalloc byte[SealedHello.MaxLength];
        SealedHello.WriteNonce(revision, nonce);
        SealedHello.WriteAssociated(_room, Party, associated);
        ReadOnlySpan<byte> ciphertext = ciphertextAndTag[..plaintext.Length];
        ReadOnlySpan<byte> tag = ciphertextAndTag[plaintext.Length..];
        return _cipher.TryOpen(nonce, ciphertext, tag, plaintext, scratch[..plaintext.Length], associated);
    }
}
