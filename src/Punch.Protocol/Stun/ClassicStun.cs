using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>
/// Requests of RFC 3489, the older version of STUN. They differ in one thing: their four bytes in place of the magic cookie are part of the
/// transaction id. So a request is read with a cookie put in, and its reply gets the four bytes back.
/// </summary>
internal static class ClassicStun
{
    /// <summary>The longest request that is read, in bytes. RFC 3489 needs no longer one.</summary>
    public const int MaxRequest = 548;

    private const int IdAt = 4;
    private const int CookieLength = 4;
    private const ushort BindingRequest = 0x0001;

    /// <summary>Whether these bytes begin like a Binding request of RFC 3489 §11.1, and not like one of RFC 8489.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> datagram) =>
        datagram.Length is >= StunMessage.HeaderLength and <= MaxRequest
        && BinaryPrimitives.ReadUInt16BigEndian(datagram) == BindingRequest
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[IdAt..]) != StunMessage.MagicCookie;

    /// <summary>Copies a request and puts the cookie in.</summary>
    /// <param name="request">A request that <see cref="IsLikely"/> accepted.</param>
    /// <param name="copy">A buffer of at least the same length.</param>
    public static ReadOnlySpan<byte> Modernize(ReadOnlySpan<byte> request, Span<byte> copy)
    {
        request.CopyTo(copy);
        BinaryPrimitives.WriteUInt32BigEndian(copy[IdAt..], StunMessage.MagicCookie);
        return copy[..request.Length];
    }

    /// <summary>Gives a reply the whole transaction id of its request.</summary>
    public static void Finish(ReadOnlySpan<byte> request, Span<byte> reply) => request.Slice(IdAt, CookieLength).CopyTo(reply[IdAt..]);
}
