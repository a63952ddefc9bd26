namespace Punch.Protocol.Copying;

/// <summary>
/// Cuts a stream of bytes into records. It holds one unfinished record at most.
/// <code>
///    0       1       2       3       4
///  +-------+-----------------------+-----------
///  | kind  | length of the body    | body ...
///  +-------+-----------------------+-----------
/// </code>
/// </summary>
internal sealed class RecordReader
{
    private readonly byte[] _held = new byte[CopyRecord.MaxLength];
    private int _count;

    /// <summary>Whether a record was longer than any may be. No more records follow.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Takes the next whole record.</summary>
    /// <param name="bytes">The bytes that came. Those that are used up are cut off its front.</param>
    /// <param name="kind">What the record says.</param>
    /// <param name="body">Its body, valid until the next call.</param>
    public bool TryTake(ref ReadOnlySpan<byte> bytes, out RecordKind kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        if (IsBroken) { return false; }

        // Most records come whole, and are read where they are.
        if (_count == 0 && TryRead(bytes, out kind, out body, out int length))
        {
            bytes = bytes[length..];
            return true;
        }

        while (!IsBroken && !bytes.IsEmpty)
        {
            int missing = Missing(_held.AsSpan(0, _count));
            int count = Math.Min(missing, bytes.Length);
            bytes[..count].CopyTo(_held.AsSpan(_count));
            bytes = bytes[count..];
            _count += count;
            if (!TryRead(_held.AsSpan(0, _count), out kind, out body, out _)) { continue; }

            _count = 0;
            return true;
        }

        return false;
    }

    private bool TryRead(ReadOnlySpan<byte> bytes, out RecordKind kind, out ReadOnlySpan<byte> body, out int length)
    {
        kind = default;
        body = default;
        length = 0;
        if (IsBroken || bytes.Length < CopyRecord.HeadLength) { return false; }

        int size = CopyRecord.BodyLength(bytes);
        IsBroken = size > CopyRecord.MaxBody;
        length = CopyRecord.HeadLength + size;
        if (IsBroken || bytes.Length < length) { return false; }

        kind = (RecordKind)bytes[0];
        body = bytes[CopyRecord.HeadLength..length];
        return true;
    }

    private static int Missing(ReadOnlySpan<byte> held) => held.Length < CopyRecord.HeadLength
        ? CopyRecord.HeadLength - held.Length
        : CopyRecord.HeadLength + CopyRecord.BodyLength(held) - held.Length;
}
