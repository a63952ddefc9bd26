using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>The key and the iv that seal the frames of one phase of one direction.</summary>
internal sealed class FrameKey : IDisposable
{
    /// <summary>The length of the key material in bytes: key(32) + iv(12).</summary>
    public const int MaterialLength = MeetingKeys.KeyLength + AeadCipher.NonceLength;

    private readonly byte[] _iv = Secret.Allocate(AeadCipher.NonceLength);

    /// <param name="material"><see cref="MaterialLength"/> bytes; copied.</param>
    public FrameKey(ReadOnlySpan<byte> material)
    {
        Cipher = new AeadCipher(material[..MeetingKeys.KeyLength]);
        material[MeetingKeys.KeyLength..].CopyTo(_iv);
    }

    public AeadCipher Cipher { get; }

    /// <summary>Writes the nonce of a counter: the iv XOR the counter, right-aligned.</summary>
    public void WriteNonce(ulong counter, Span<byte> nonce)
    {
        _iv.CopyTo(nonce);
        Span<byte> low = nonce[(AeadCipher.NonceLength - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }

    public void Dispose()
    {
        Cipher.Dispose();
        CryptographicOperations.ZeroMemory(_iv);
    }
}
