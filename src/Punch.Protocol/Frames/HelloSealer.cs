using System.Buffers.Binary;

namespace Punch.Protocol.Frames;

/// <summary>
/// Seals the hellos of this party. It counts the revisions itself, because two different hellos with one revision would break the cipher.
/// </summary>
public sealed class HelloSealer : IDisposable
{
    private readonly RoomId _room;
    private readonly PartyId _party;
    private readonly AeadCipher _cipher;
    private readonly byte[] _plaintext = new byte[Hello.MaxLength];
    private readonly byte[] _sealed = new byte[SealedHello.MaxSentLength];
    private int _length;

    /// <summary>A sealer for this process's party. Never make two of them for the same id.</summary>
    public HelloSealer(MeetingKeys keys, PartyId party)
    {
        _room = keys.Room;
        _party = party;
        _cipher = SealedHello.CreateCipher(keys, party);
    }

    /// <summary>How many different hellos were sealed. This is also the revision of the last one.</summary>
    public uint Revision { get; private set; }

    /// <summary>The result of the last <see cref="Seal"/>; empty before the first.</summary>
    public ReadOnlyMemory<byte> Sealed => _sealed.AsMemory(0, _length);

    /// <summary>Seals a hello with the next revision. A hello that equals the last one gives the same bytes again.</summary>
    /// <returns>At most <see cref="SealedHello.MaxSentLength"/> bytes, valid until the next call.</returns>
    public ReadOnlyMemory<byte> Seal(Hello hello)
    {
        Span<byte> plaintext = stackalloc byte[Hello.MaxLength];
        plaintext = plaintext[..hello.Write(plaintext)];
        int length = SealedHello.Overhead + plaintext.Length;
        bool isRepeated = _length == length && plaintext.SequenceEqual(_plaintext.AsSpan(0, plaintext.Length));
        if (isRepeated) { return Sealed; }

        Revision++;
        plaintext.CopyTo(_plaintext);
        _length = length;
        SealPlaintext(plaintext);
        return Sealed;
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _cipher.Dispose();

    private void SealPlaintext(ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceLength];
        Span<byte> associated = stackalloc byte[SealedHello.AssociatedLength];
        SealedHello.WriteNonce(Revision, nonce);
        SealedHello.WriteAssociated(_room, _party, associated);
        BinaryPrimitives.WriteUInt32BigEndian(_sealed, Revision);
        Span<byte> body = _sealed.AsSpan(SealedHello.RevisionLength, plaintext.Length);
        Span<byte> tag = _sealed.AsSpan(SealedHello.RevisionLength + plaintext.Length, AeadCipher.TagLength);
        _cipher.Seal(nonce, plaintext, body, tag, associated);
    }
}
