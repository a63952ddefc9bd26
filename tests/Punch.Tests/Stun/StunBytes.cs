using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Punch.Tests.Stun;

/// <summary>Builds STUN messages byte by byte. It shares no code with the codec, so a mistake there cannot hide here.</summary>
internal sealed class StunBytes
{
    public static readonly byte[] Id = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly List<byte> _bytes = [];

    public StunBytes(ushort type)
    {
        _bytes.AddRange([(byte)(type >> 8), (byte)(type & 0xFF), 0, 0, 0x21, 0x12, 0xA4, 0x42]);
        _bytes.AddRange(Id);
    }

    public static StunBytes Request() => new(0x0001);

    public static StunBytes Success() => new(0x0101);

    public StunBytes With(ushort type, string text) => With(type, Encoding.UTF8.GetBytes(text));

    public StunBytes With(ushort type, params byte[] value)
    {
        Header(type, value.Length);
        _bytes.AddRange(value);
        while (_bytes.Count % 4 != 0) { _bytes.Add(0); }

        SetLength(_bytes.Count - 20);
        return this;
    }

    public StunBytes WithAddress(ushort type, string host, int port, bool isXored = false)
    {
        byte[] address = IPAddress.Parse(host).GetAddressBytes();
        byte[] value = [0, (byte)(address.Length == 4 ? 1 : 2), (byte)(port >> 8), (byte)(port & 0xFF), .. address];
        byte[] mask = [0x21, 0x12, 0xA4, 0x42, .. Id];
        for (int i = 2; isXored && i < value.Length; i++) { value[i] ^= mask[i < 4 ? i - 2 : i - 4]; }

        return With(type, value);
    }

    [SuppressMessage("Security", "CA5350", Justification = "MESSAGE-INTEGRITY is HMAC-SHA1: RFC 8489 §14.5")]
    public StunBytes WithIntegrity(byte[] key)
    {
        SetLength(_bytes.Count + 24 - 20);
        return With(0x0008, HMACSHA1.HashData(key, _bytes.ToArray()));
    }

    public StunBytes WithIntegritySha256(byte[] key, int length = 32)
    {
        SetLength(_bytes.Count + 4 + length - 20);
        return With(0x001C, HMACSHA256.HashData(key, _bytes.ToArray())[..length]);
    }

    public StunBytes WithFingerprint()
    {
        SetLength(_bytes.Count + 8 - 20);
        byte[] crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc([.. _bytes]) ^ 0x5354554E);
        return With(0x8028, crc);
    }

    /// <summary>Answers another request than that of <see cref="Id"/>. Before all attributes that depend on it.</summary>
    public StunBytes WithId(TransactionId id)
    {
        byte[] bytes = new byte[TransactionId.Length];
        id.Write(bytes);
        for (int i = 0; i < bytes.Length; i++) { _bytes[8 + i] = bytes[i]; }

        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Bit by bit, as the polynomial says.</summary>
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) { crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320); }
        }

        return ~crc;
    }

    private void Header(ushort type, int length) =>
        _bytes.AddRange([(byte)(type >> 8), (byte)(type & 0xFF), (byte)(length >> 8), (byte)(length & 0xFF)]);

    private void SetLength(int length)
    {
        _bytes[2] = (byte)(length >> 8);
        _bytes[3] = (byte)(length & 0xFF);
    }
}
