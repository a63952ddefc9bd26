using System.Buffers.Binary;
using Punch.Protocol.Frames;

namespace Punch.Protocol.Channels;

/// <summary>
/// The numbers of data datagrams on a wire without numbers of its own. With them, doubled datagrams are recognised and lost ones counted.
/// Both sides must say that they read numbers: <c>num=1</c>. The number stands in front of the data.
/// <code>
/// 0x00  'n'  number, 5 bytes, big-endian, from 1  0x00
/// </code>
/// Because of the last byte, a header with its data looks like a peer message only if the data alone does.
/// </summary>
internal sealed class DataNumbers
{
    /// <summary>The length of a header in bytes: 1 + 1 + 5 + 1.</summary>
    public const int HeaderLength = 8;

    private const int NumberBits = 40;

    private readonly ReplayWindow _seen = new();
    private ulong _last;

    /// <summary>Whether both sides use numbers.</summary>
    public bool IsAgreed { get; set; }

    /// <summary>Writes the next number, if both sides use numbers. Returns the header's length, or 0.</summary>
    public int Write(Span<byte> destination)
    {
        if (!IsAgreed) { return 0; }

        BinaryPrimitives.WriteUInt64BigEndian(destination, Mark | (++_last << 8));
        return HeaderLength;
    }

    /// <summary>Finds the start of the data in a datagram; -1 if it is not the peer's data.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="isRepeated">Whether it came before, or is too old to know.</param>
    public int Read(ReadOnlySpan<byte> datagram, out bool isRepeated)
    {
        isRepeated = false;
        if (!IsAgreed) { return 0; }

        // header(8) + at least one byte of data
        if (datagram.Length <= HeaderLength) { return -1; }

        ulong header = BinaryPrimitives.ReadUInt64BigEndian(datagram);
        ulong number = header >> 8 & ((1UL << NumberBits) - 1);
        if (header != (Mark | (number << 8)) || number == 0) { return -1; }

        isRepeated = !_seen.IsFresh(number);
        if (!isRepeated) { _seen.Add(number); }

        return HeaderLength;
    }

    private const ulong Mark = 0x006E_0000_0000_0000;
}
