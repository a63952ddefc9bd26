using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>
/// What goes with a datagram besides its bytes: cmsg(3).
/// <code>
/// length(size_t)  level(4)  type(4)  data, and the next one aligned to a size_t
/// </code>
/// </summary>
internal static class ControlMessage
{
    /// <summary>Bytes of room for all that goes with a datagram: a local address and a segment size.</summary>
    public const int Room = 64; // cmsghdr(16) + in6_pktinfo(20), aligned, and cmsghdr(16) + segment size(4), aligned

    // sizeof(struct cmsghdr): a size_t and two ints.
    private static readonly int HeaderLength = nint.Size + 8;

    /// <summary>The data of the first of a kind; empty when there is none, or it has fewer bytes than wanted.</summary>
    public static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> control, (int Level, int Type) kind, int wanted)
    {
        while (control.Length >= HeaderLength)
        {
            // Of the last one the end may be cut off.
            int length = (int)Math.Min(MemoryMarshal.Read<nint>(control), control.Length);
            if (length < HeaderLength) { return default; }

            bool isKind = MemoryMarshal.Read<int>(control[nint.Size..]) == kind.Level
                && MemoryMarshal.Read<int>(control[(nint.Size + 4)..]) == kind.Type;
            if (isKind) { return length < HeaderLength + wanted ? default : control[HeaderLength..length]; }

            control = control[Math.Min(Space(length - HeaderLength), control.Length)..];
        }

        return default;
    }

    /// <summary>Writes a header, and zeros for the data.</summary>
    /// <returns>The buffer for the data.</returns>
    public static Span<byte> Begin(Span<byte> control, (int Level, int Type) kind, int dataLength)
    {
        int length = HeaderLength + dataLength;
        control[..length].Clear();
        MemoryMarshal.Write(control, (nint)length);
        MemoryMarshal.Write(control[nint.Size..], kind.Level);
        MemoryMarshal.Write(control[(nint.Size + 4)..], kind.Type);
        return control[HeaderLength..length];
    }

    /// <summary>The size in bytes of a message with this much data, up to the next message.</summary>
    public static int Space(int dataLength) => (HeaderLength + dataLength + nint.Size - 1) & -nint.Size;
}
