using System.Buffers.Binary;
using Punch.Protocol.Stun;

namespace Punch.Serving.Streams;

/// <summary>What a stream begins with.</summary>
internal enum StunFrame
{
    /// <summary>The beginning of a message.</summary>
    Partial,

    /// <summary>A complete message.</summary>
    Whole,

    /// <summary>Something else. No message can be found after it: end the connection.</summary>
    Broken,
}

/// <summary>Finds messages in a stream of bytes: RFC 8489 §6.2.2. They follow each other without a gap.</summary>
internal static class StunFraming
{
    /// <summary>The longest message of a stream, in bytes. No request needs more.</summary>
    public const int MaxMessage = 2048;

    private static ReadOnlySpan<byte> Cookie => [0x21, 0x12, 0xA4, 0x42];

    /// <summary>Looks at the first message.</summary>
    /// <param name="bytes">The bytes that arrived and were not taken yet.</param>
    /// <param name="length">The length of the message in bytes; 0 unless it is complete.</param>
    public static StunFrame Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (!MayBegin(bytes)) { return StunFrame.Broken; }

        // type(2) + length(2) = 4
        if (bytes.Length < 4) { return StunFrame.Partial; }

        int whole = StunMessage.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (whole > MaxMessage || whole % 4 != 0) { return StunFrame.Broken; }

        if (bytes.Length < whole) { return StunFrame.Partial; }

        length = whole;
        return StunFrame.Whole;
    }

    /// <summary>Whether these bytes can be the beginning of a message: RFC 8489 §5.</summary>
    private static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        const int CookieAt = 4;
        if (bytes.Length > 0 && (bytes[0] & 0xC0) != 0) { return false; }

        ReadOnlySpan<byte> cookie = bytes.Length > CookieAt ? bytes[CookieAt..Math.Min(bytes.Length, CookieAt + Cookie.Length)] : [];
        return Cookie.StartsWith(cookie);
    }
}
