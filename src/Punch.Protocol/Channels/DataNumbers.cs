using System.Buffers.Binary;
using Punch.Protocol.Frames;

namespace Punch.Protocol.Channels;

/// <summary>
/// The numbers of the datagrams of data on a wire that has none of its own, so that a doubled one is known and a lost one counted. Both
/// sides have to have said that they read them: <c>num=1</c>. They stand in front of the data.
/// <code>
/// 0x00  'n'  number, 5 bytes, big-endian, from 1  0x00
/// </code>
/// The last byte keeps a header and the data behind it from reading as a peer message where the data alone does not.
/// </summary>
internal sealed class DataNumbers
{
    /// <summary>Bytes of a header: 1 + 1 + 5 + 1.</summary>
    public const int HeaderLength = 8;

    private const int NumberBits = 40;

    private readonly ReplayWindow _seen = new();
    private ulong _last;

    /// <summary>Whether both sides number.</summary>
    public bool IsAgreed { get; set; }

    /// <summary>Writes the next number, where both sides number. Returns the header's length, or 0.</summary>
    public int Write(Span<byte> destination)
    {
        if (!IsAgreed) { return 0; }

        BinaryPrimitives.WriteUInt64BigEndian(destination, Mark | (++_last << 8));
        return HeaderLength;
    }

    /// <summary>Finds where the data of a datagram begins; -1 where it is none of the peer's.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="isRepeated">Whether it came before, or is too old to tell.</param>
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
