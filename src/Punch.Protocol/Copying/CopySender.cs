using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Copying;

/// <summary>
/// Sends files and folders. It offers a limited number ahead, compares what the receiver has already, and sends what it wants, in the order
/// of its wants. A file that cannot be read is told, and the others go on.
/// </summary>
public sealed class CopySender : ICopyMachine
{
    private readonly ICopySource _source;
    private readonly RecordReader _reader = new();
    private readonly RecordWriter _writer = new();
    private readonly Dictionary<uint, SentEntry> _entries = [];
    private readonly Queue<SentEntry> _wanted = new();
    private readonly Queue<CopyResult> _results = new();
    private readonly byte[] _buffer = new byte[CopyRecord.MaxBody];
    private uint _offered;
    private bool _hasOfferedAll;
    private bool _hasEnded;
    private bool _isPeerDone;
    private CopyCounts _counts;

    /// <summary>Begins to send.</summary>
    /// <param name="source">The files and folders.</param>
    public CopySender(ICopySource source)
    {
        _source = source;
        _counts = _counts with { TotalBytes = source.TotalBytes };
        _writer.Begin(source.TotalBytes);
    }

    /// <inheritdoc/>
    public bool IsOver => (!Fault.IsNone || (_hasEnded && _isPeerDone)) && _writer.IsEmpty;

    /// <inheritdoc/>
    public CopyFault Fault { get; private set; } = CopyFault.None;

    /// <inheritdoc/>
    public bool IsFaultOfPeer { get; private set; }

    /// <inheritdoc/>
    public CopyResult? FirstFailure { get; private set; }

    /// <inheritdoc/>
    public CopyCounts Counts => _counts with { Current = _wanted.TryPeek(out SentEntry? entry) ? entry.Entry : null };

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        while (Fault.IsNone && _reader.TryTake(ref bytes, out RecordKind kind, out ReadOnlySpan<byte> body))
        {
            if (!Take(kind, body)) { Abort(new CopyFault(CopyCause.Violation, "")); }
        }

        if (_reader.IsBroken) { Abort(new CopyFault(CopyCause.Violation, "")); }
    }

    /// <inheritdoc/>
    public int Write(Span<byte> buffer)
    {
        if (Fault.IsNone) { Prepare(); }

        if (!_writer.IsEmpty) { return _writer.Take(buffer); }

        return Fault.IsNone ? Serve(buffer) : 0;
    }

    /// <inheritdoc/>
    public bool TryResult([NotNullWhen(true)] out CopyResult? result) => _results.TryDequeue(out result);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SentEntry entry in _entries.Values) { entry.Dispose(); }
    }

    private void Prepare()
    {
        while (!_hasOfferedAll && _entries.Count < CopyLimits.Outstanding)
        {
            if (_source.Next() is { } entry)
            {
                _entries.Add(_offered, new SentEntry(entry, _offered));
                _offered++;
                _writer.Offer(entry);
            }
            else { _hasOfferedAll = true; }
        }

        if (_hasOfferedAll && !_hasEnded && _entries.Count == 0)
        {
            _hasEnded = true;
            _writer.End();
        }
    }

    /// <summary>Writes the next data of the entry that is wanted first, straight from the file.</summary>
    private int Serve(Span<byte> buffer)
    {
        if (!_wanted.TryPeek(out SentEntry? entry)) { return 0; }

        try
        {
            int length = entry.IsRefused ? 0 : entry.Read(_source, buffer.Slice(CopyRecord.HeadLength, CopyRecord.MaxBody));
            if (length > 0)
            {
                _counts = _counts with { Bytes = _counts.Bytes + length };
                CopyRecord.WriteHead(buffer, RecordKind.Data, length);
                return CopyRecord.HeadLength + length;
            }

            Finish(entry);
        }
        catch (CopyFaultException e)
        {
            Cut(entry, e.Fault);
        }

        return _writer.Take(buffer);
    }

    private void Finish(SentEntry entry)
    {
        if (entry.IsRefused) { Cut(entry, new CopyFault(CopyCause.Stopped, "")); }
        else if (!entry.IsComplete) { Cut(entry, new CopyFault(CopyCause.Changed, "it changed while it was read")); }
        else
        {
            _writer.Whole(entry.Hash);
            Leave(entry);
        }
    }

    private void Cut(SentEntry entry, CopyFault fault)
    {
        _writer.Cut(entry.Number, fault);
        entry.IsCut = true;
        Leave(entry);
    }

    // What was served may have its result already: then nobody asks for it any more.
    private void Leave(SentEntry entry)
    {
        if (_wanted.TryPeek(out SentEntry? first) && first == entry) { _wanted.Dequeue(); }

        entry.Close();
        if (entry.IsRefused) { _entries.Remove(entry.Number); }
    }

    private bool Take(RecordKind kind, ReadOnlySpan<byte> body) => kind switch
    {
        RecordKind.Begin => TakeBegin(body),
        RecordKind.Have => TakeHave(body),
        RecordKind.Want => TakeWant(body),
        RecordKind.Result => TakeResult(body),
        RecordKind.End => TakeEnd(),
        RecordKind.Abort => TakeAbort(body),
        RecordKind.Offer or RecordKind.Match or RecordKind.Data or RecordKind.Whole or RecordKind.Cut => false,
        _ => true,
    };

    private bool TakeBegin(ReadOnlySpan<byte> body)
    {
        if (!CopyRecord.TryReadBegin(body, out byte version, out _)) { return false; }

        if (version != CopyRecord.Version) { Abort(new CopyFault(CopyCause.OtherVersion, "")); }

        return true;
    }

    private bool TakeHave(ReadOnlySpan<byte> body)
    {
        bool isKnown = CopyRecord.TryReadHave(body, out uint number, out long length, out ReadOnlySpan<byte> hash)
            & _entries.TryGetValue(number, out SentEntry? entry);
        if (!isKnown || entry!.Phase != SentPhase.Offered || length > entry.Entry.Size || !entry.MayCompare()) { return false; }

        try
        {
            _writer.Match(number, entry.Compare(_source, length, hash, _buffer));
        }
        catch (CopyFaultException e)
        {
            Cut(entry, e.Fault);
        }

        return true;
    }

    private bool TakeWant(ReadOnlySpan<byte> body)
    {
        bool isKnown = CopyRecord.TryReadWant(body, out uint number, out long offset) & _entries.TryGetValue(number, out SentEntry? entry);
        if (!isKnown || entry!.Phase != SentPhase.Offered || entry.Entry.Kind != EntryKind.File) { return false; }

        // What was cut is not compared any more, so nobody can want it.
        if (entry.IsCut || !entry.TryWant(offset)) { return false; }

        _counts = _counts with { Bytes = _counts.Bytes + offset };
        _wanted.Enqueue(entry);
        return true;
    }

    private bool TakeResult(ReadOnlySpan<byte> body)
    {
        bool isKnown = CopyRecord.TryReadResult(body, out uint number, out EntryState state, out CopyFault fault)
            & _entries.TryGetValue(number, out SentEntry? entry);
        if (!isKnown || entry!.IsRefused || !IsPossible(entry, state)) { return false; }

        if (state == EntryState.Same) { _counts = _counts with { Bytes = _counts.Bytes + entry.Entry.Size }; }

        var result = new CopyResult(entry.Entry, state, fault)
        {
            Hash = state == EntryState.Failed || entry.Entry.Kind == EntryKind.Folder ? default : entry.Hash,
        };
        _counts = _counts.With(result);
        _results.Enqueue(result);
        if (state == EntryState.Failed) { FirstFailure ??= result; }

        if (entry.Phase == SentPhase.Wanted) { entry.IsRefused = true; }
        else
        {
            entry.Close();
            _entries.Remove(number);
        }

        return true;
    }

    // What was not sent whole cannot be stored, and what was not compared cannot be the same.
    private static bool IsPossible(SentEntry entry, EntryState state) => (state, entry.Entry.Kind) switch
    {
        (EntryState.Failed, _) => true,
        (EntryState.Stored, EntryKind.Folder) => true,
        (EntryState.Stored, _) => entry.Phase == SentPhase.Served && !entry.IsCut,
        _ => entry.IsMatch,
    };

    private bool TakeEnd()
    {
        _isPeerDone = true;
        return _hasEnded;
    }

    private bool TakeAbort(ReadOnlySpan<byte> body)
    {
        if (!CopyRecord.TryReadFault(body, out CopyFault fault)) { return false; }

        (Fault, IsFaultOfPeer) = (fault.IsNone ? new CopyFault(CopyCause.Violation, "") : fault, true);
        return true;
    }

    private void Abort(CopyFault fault)
    {
        if (!Fault.IsNone) { return; }

        Fault = fault;
        _writer.Abort(fault);
    }
}
