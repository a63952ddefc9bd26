using System.Buffers.Binary;

namespace Punch.Lab.Wire;

/// <summary>The checksum of IPv4, UDP and TCP: the ones' complement of the ones' complement sum of 16-bit words (RFC 1071).</summary>
internal struct InternetChecksum
{
    private ulong _sum;

    /// <summary>Adds bytes. An odd last byte counts as followed by zero, so only the last part may be odd.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        int even = bytes.Length & ~1;
        for (int i = 0; i < even; i += 2) { _sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]); }

        if (even < bytes.Length) { _sum += (ulong)bytes[even] << 8; }
    }

    /// <summary>Adds one word.</summary>
    public void Add(ushort word) => _sum += word;

    /// <summary>The checksum. Over data that includes its own right checksum it is 0.</summary>
    public readonly ushort Value
    {
        get
        {
            ulong folded = _sum;
            while (folded >> 16 != 0) { folded = (folded & 0xFFFF) + (folded >> 16); }

            return (ushort)(~folded & 0xFFFF);
        }
    }
}
