using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>The keys of one direction of a session.</summary>
internal sealed class FrameDirection : IDisposable
{
    /// <summary>Bytes of key material: key(32) + iv(12) + tag(4).</summary>
    public const int MaterialLength = MeetingKeys.KeyLength + AeadCipher.NonceLength + sizeof(uint);

    private const int TagOffset = MeetingKeys.KeyLength + AeadCipher.NonceLength;

    private readonly byte[] _iv = Secret.Allocate(AeadCipher.NonceLength);

    /// <param name="material"><see cref="MaterialLength"/> bytes; copied.</param>
    public FrameDirection(ReadOnlySpan<byte> material)
    {
        Cipher = new AeadCipher(material[..MeetingKeys.KeyLength]);
        material[MeetingKeys.KeyLength..TagOffset].CopyTo(_iv);
        Tag = BinaryPrimitives.ReadUInt32BigEndian(material[TagOffset..]);
    }

    public AeadCipher Cipher { get; }

    /// <summary>What marks the frames of this direction. Everybody on the path sees it.</summary>
    public uint Tag { get; }

    /// <summary>The nonce of a counter: the iv XOR the counter, right-aligned.</summary>
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
