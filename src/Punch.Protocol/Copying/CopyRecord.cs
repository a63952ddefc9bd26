using System.Buffers.Binary;
using System.Text;

namespace Punch.Protocol.Copying;

/// <summary>
/// The bodies of the records of a copy. Numbers are big-endian. Each <c>TryRead</c> takes any bytes, and returns false for those that are
/// no such body. A longer body is read as far as it is known.
/// </summary>
internal static class CopyRecord
{
    /// <summary>The version of both sides.</summary>
    public const byte Version = 1;

    /// <summary>kind(1) + length(3).</summary>
    public const int HeadLength = 4;

    /// <summary>The longest body: that of <see cref="RecordKind.Data"/>.</summary>
    public const int MaxBody = 65_536;

    /// <summary>The longest record.</summary>
    public const int MaxLength = HeadLength + MaxBody;

    /// <summary>The length of a SHA-256.</summary>
    public const int HashLength = 32;

    private const int BeginLength = 9; // version(1) + bytes(8)
    private const int OfferLength = 19; // kind(1) + mode(2) + time(8) + size(8)

    /// <summary>Writes the head of a record.</summary>
    public static void WriteHead(Span<byte> head, RecordKind kind, int bodyLength) =>
        BinaryPrimitives.WriteUInt32BigEndian(head, ((uint)kind << 24) | (uint)bodyLength);

    /// <summary>The length of a body, from the head of a record.</summary>
    public static int BodyLength(ReadOnlySpan<byte> head) => (int)(BinaryPrimitives.ReadUInt32BigEndian(head) & 0xFF_FFFF);

    /// <summary>Writes how much there is. Returns the length.</summary>
    public static int WriteBegin(Span<byte> body, long totalBytes)
    {
        body[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(body[1..], totalBytes);
        return BeginLength;
    }

    /// <summary>Reads it.</summary>
    public static bool TryReadBegin(ReadOnlySpan<byte> body, out byte version, out long totalBytes)
    {
        (version, totalBytes) = (0, 0);
        if (body.Length < 1) { return false; }

        version = body[0];
        if (version != Version) { return true; }

        if (body.Length < BeginLength) { return false; }

        totalBytes = BinaryPrimitives.ReadInt64BigEndian(body[1..]);
        return totalBytes >= 0;
    }

    /// <summary>Writes an entry. Returns the length.</summary>
    public static int WriteOffer(Span<byte> body, CopyEntry entry)
    {
        body[0] = (byte)entry.Kind;
        BinaryPrimitives.WriteUInt16BigEndian(body[1..], entry.Mode);
        BinaryPrimitives.WriteInt64BigEndian(body[3..], entry.ModifiedAt);
        BinaryPrimitives.WriteInt64BigEndian(body[11..], entry.Size);
        return OfferLength + entry.Path.Write(body[OfferLength..]);
    }

    /// <summary>Reads an entry. The result tells a path that leads out of the folder from other nonsense.</summary>
    public static OfferFlaw ReadOffer(ReadOnlySpan<byte> body, out CopyEntry? entry)
    {
        entry = null;
        if (body.Length < OfferLength) { return OfferFlaw.Malformed; }

        long size = BinaryPrimitives.ReadInt64BigEndian(body[11..]);
        var kind = (EntryKind)body[0];
        bool isEntry = kind is EntryKind.File or EntryKind.Folder && size >= 0 && (size == 0 || kind == EntryKind.File);
        if (!isEntry) { return OfferFlaw.Malformed; }

        if (!EntryPath.TryRead(body[OfferLength..], out EntryPath? path)) { return OfferFlaw.Path; }

        ushort mode = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        entry = new CopyEntry(kind, path)
        {
            Size = size,
            ModifiedAt = BinaryPrimitives.ReadInt64BigEndian(body[3..]),
            Mode = mode == CopyEntry.NoMode ? mode : (ushort)(mode & CopyEntry.ModeBits),
        };
        return OfferFlaw.None;
    }

    /// <summary>Writes what the receiver has. Returns the length.</summary>
    public static int WriteHave(Span<byte> body, uint number, long length, ReadOnlySpan<byte> hash)
    {
        hash.CopyTo(body[12..]);
        return WriteWant(body, number, length) + HashLength;
    }

    /// <summary>Reads it.</summary>
    public static bool TryReadHave(ReadOnlySpan<byte> body, out uint number, out long length, out ReadOnlySpan<byte> hash)
    {
        hash = default;
        if (!TryReadWant(body, out number, out length) || body.Length < 12 + HashLength) { return false; }

        hash = body.Slice(12, HashLength);
        return true;
    }

    /// <summary>Writes what the receiver wants: number(4) + offset(8). Returns the length.</summary>
    public static int WriteWant(Span<byte> body, uint number, long offset)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        BinaryPrimitives.WriteInt64BigEndian(body[4..], offset);
        return 12;
    }

    /// <summary>Reads it.</summary>
    public static bool TryReadWant(ReadOnlySpan<byte> body, out uint number, out long offset)
    {
        (number, offset) = (0, 0);
        if (body.Length < 12) { return false; }

        number = BinaryPrimitives.ReadUInt32BigEndian(body);
        offset = BinaryPrimitives.ReadInt64BigEndian(body[4..]);
        return offset >= 0;
    }

    /// <summary>Writes whether the bytes are the same: number(4) + flag(1). Returns the length.</summary>
    public static int WriteMatch(Span<byte> body, uint number, bool isMatch)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        body[4] = isMatch ? (byte)1 : (byte)0;
        return 5;
    }

    /// <summary>Reads it.</summary>
    public static bool TryReadMatch(ReadOnlySpan<byte> body, out uint number, out bool isMatch)
    {
        (number, isMatch) = (0, false);
        if (body.Length < 5 || body[4] > 1) { return false; }

        number = BinaryPrimitives.ReadUInt32BigEndian(body);
        isMatch = body[4] == 1;
        return true;
    }

    /// <summary>Writes what became of an entry, or why it is cut: number(4) + state(1) + fault. Returns the length.</summary>
    public static int WriteResult(Span<byte> body, uint number, EntryState state, CopyFault fault)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        body[4] = (byte)state;
        return 5 + WriteFault(body[5..], fault);
    }

    /// <summary>Reads it.</summary>
    public static bool TryReadResult(ReadOnlySpan<byte> body, out uint number, out EntryState state, out CopyFault fault)
    {
        (number, state, fault) = (0, default, default);
        if (body.Length < 5 || !TryReadFault(body[5..], out fault)) { return false; }

        number = BinaryPrimitives.ReadUInt32BigEndian(body);
        state = (EntryState)body[4];
        bool isFault = state == EntryState.Failed;
        return state is EntryState.Stored or EntryState.Same or EntryState.Failed && isFault != fault.IsNone;
    }

    /// <summary>Writes a fault: cause(1) + text. Returns the length.</summary>
    public static int WriteFault(Span<byte> body, CopyFault fault)
    {
        body[0] = (byte)fault.Cause;
        Encoding.UTF8.GetEncoder().Convert(fault.Text, body.Slice(1, CopyFault.MaxText), flush: true, out _, out int length, out _);
        return 1 + length;
    }

    /// <summary>Reads it. A cause that is not known is a broken rule.</summary>
    public static bool TryReadFault(ReadOnlySpan<byte> body, out CopyFault fault)
    {
        fault = default;
        if (body.Length is < 1 or > 1 + CopyFault.MaxText) { return false; }

        var cause = (CopyCause)body[0];
        fault = new CopyFault(cause > CopyCause.OtherVersion ? CopyCause.Violation : cause, Encoding.UTF8.GetString(body[1..]));
        return true;
    }
}

/// <summary>What is wrong with an offer.</summary>
internal enum OfferFlaw
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is no offer.</summary>
    Malformed,

    /// <summary>Its path leads out of the folder, or is none.</summary>
    Path,
}
