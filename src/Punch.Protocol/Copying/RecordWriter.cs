namespace Punch.Protocol.Copying;

/// <summary>Records that wait to be sent: all but the data of files. What a peer may ask for at once bounds them.</summary>
internal sealed class RecordWriter
{
    private byte[] _bytes = new byte[8_192];
    private int _start;
    private int _end;

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Takes bytes of the records that wait. Returns how many fitted.</summary>
    public int Take(Span<byte> destination)
    {
        int count = Math.Min(_end - _start, destination.Length);
        _bytes.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        if (IsEmpty) { _start = _end = 0; }

        return count;
    }

    /// <summary>How much there is.</summary>
    public void Begin(long totalBytes) => Add(RecordKind.Begin, CopyRecord.WriteBegin(Body(), totalBytes));

    /// <summary>An entry.</summary>
    public void Offer(CopyEntry entry) => Add(RecordKind.Offer, CopyRecord.WriteOffer(Body(), entry));

    /// <summary>What the receiver has.</summary>
    public void Have(uint number, long length, ReadOnlySpan<byte> hash) =>
        Add(RecordKind.Have, CopyRecord.WriteHave(Body(), number, length, hash));

    /// <summary>Whether the sender has the same.</summary>
    public void Match(uint number, bool isMatch) => Add(RecordKind.Match, CopyRecord.WriteMatch(Body(), number, isMatch));

    /// <summary>What the receiver wants.</summary>
    public void Want(uint number, long offset) => Add(RecordKind.Want, CopyRecord.WriteWant(Body(), number, offset));

    /// <summary>The end of the data of a file.</summary>
    public void Whole(ReadOnlySpan<byte> hash)
    {
        hash.CopyTo(Body());
        Add(RecordKind.Whole, hash.Length);
    }

    /// <summary>An entry that is not sent, or not to its end.</summary>
    public void Cut(uint number, CopyFault fault) =>
        Add(RecordKind.Cut, CopyRecord.WriteResult(Body(), number, EntryState.Failed, fault));

    /// <summary>What became of an entry.</summary>
    public void Result(uint number, EntryState state, CopyFault fault) =>
        Add(RecordKind.Result, CopyRecord.WriteResult(Body(), number, state, fault));

    /// <summary>The end.</summary>
    public void End() => Add(RecordKind.End, 0);

    /// <summary>The end before its time.</summary>
    public void Abort(CopyFault fault) => Add(RecordKind.Abort, CopyRecord.WriteFault(Body(), fault));

    private Span<byte> Body()
    {
        // The longest record but that of data is an offer.
        const int Longest = CopyRecord.HeadLength + 32 + EntryPath.MaxLength;
        if (_bytes.Length - _end < Longest) { Array.Resize(ref _bytes, (_end + Longest) * 2); }

        return _bytes.AsSpan(_end + CopyRecord.HeadLength);
    }

    private void Add(RecordKind kind, int bodyLength)
    {
        CopyRecord.WriteHead(_bytes.AsSpan(_end), kind, bodyLength);
        _end += CopyRecord.HeadLength + bodyLength;
    }
}
