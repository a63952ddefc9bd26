namespace Punch.Protocol.Stun;

/// <summary>Method and class share the first 16 bits of a message. The bits of the class are between those of the method.</summary>
/// <remarks>
/// <code>
///  0                   1
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
/// +-+-+---------+-+-----+-+-------+
/// |0 0|M11 .. M7|C1|M6-4|C0|M3..M0|      RFC 8489 §5, figure 3
/// +-+-+---------+-+-----+-+-------+
/// </code>
/// </remarks>
internal static class StunMessageType
{
    public static ushort Encode(StunMethod method, StunClass messageClass)
    {
        int m = (int)method;
        int c = (int)messageClass;
        return (ushort)(((m & 0xF80) << 2) | ((m & 0x070) << 1) | (m & 0x00F) | ((c & 0b10) << 7) | ((c & 0b01) << 4));
    }

    public static (StunMethod Method, StunClass Class) Decode(ushort type)
    {
        int method = ((type & 0x3E00) >> 2) | ((type & 0x00E0) >> 1) | (type & 0x000F);
        int messageClass = ((type & 0x0100) >> 7) | ((type & 0x0010) >> 4);
        return ((StunMethod)method, (StunClass)messageClass);
    }
}
