using System.Buffers.Binary;
using System.IO.Hashing;

namespace Punch.Fuzz.Targets;

/// <summary>Gives messages a right length and FINGERPRINT, which no mutation would hit.</summary>
internal static class StunMaker
{
    public const int HeaderLength = 20;
    private const int FingerprintLength = 8;
    private const ushort Filler = 0xFF50;

    /// <summary>A whole message: header, attributes as they come, filler up to a length where one is asked for, and FINGERPRINT.</summary>
    public static int Make(ushort type, ReadOnlySpan<byte> id, ReadOnlySpan<byte> attributes, int whole, Span<byte> message)
    {
        int length = HeaderLength + (attributes.Length & ~3);
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], 0x2112A442);
        message[8..HeaderLength].Clear();
        id[..Math.Min(id.Length, 12)].CopyTo(message[8..]);
        attributes[..(length - HeaderLength)].CopyTo(message[HeaderLength..]);
        if (whole > 0 && length + 4 + FingerprintLength <= whole)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[length..], Filler);
            BinaryPrimitives.WriteUInt16BigEndian(message[(length + 2)..], (ushort)(whole - length - 4 - FingerprintLength));
            message[(length + 4)..whole].Clear();
            length = whole - FingerprintLength;
        }

        return Seal(message, length);
    }

    /// <summary>Takes the FINGERPRINT off again.</summary>
    /// <returns>The message's length without it.</returns>
    public static int Unseal(Span<byte> message, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(length - FingerprintLength - HeaderLength));
        return length - FingerprintLength;
    }

    /// <summary>Ends a message with a right FINGERPRINT.</summary>
    /// <returns>Its length.</returns>
    public static int Seal(Span<byte> message, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(length + FingerprintLength - HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(message[length..], 0x80280004);
        BinaryPrimitives.WriteUInt32BigEndian(message[(length + 4)..], Crc32.HashToUInt32(message[..length]) ^ 0x5354554E);
        return length + FingerprintLength;
    }
}
