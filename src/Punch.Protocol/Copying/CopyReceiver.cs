using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Copying;

/// <summary>
/// Receives files and folders. What is there already is compared and not sent again; an unfinished file goes on where it stopped. An entry
/// that cannot be written is told to the sender, and the others go on.
/// </summary>
public sealed class CopyReceiver : ICopyMachine
{
    private readonly ICopyTarget _target;
    private readonly RecordReader _reader = new();
    private readonly RecordWriter _writer = new();
    private readonly Dictionary<uint, ReceivedEntry> _entries = [];
    private readonly Queue<ReceivedEntry> _wanted = new();
    private readonly Queue<CopyResult> _results = new();
    private readonly byte[] _buffer = new byte[CopyRecord.MaxBody];
    private uint _offered;
    private bool _hasPeerBegun;
    private bool _isPeerDone;
    private CopyCounts _counts;

    /// <summary>Begins to receive.</summary>
    /// <param name="target">The folder that everything goes to.</param>
    public CopyReceiver(ICopyTarget target)
    {
        _target = target;
        _writer.Begin(0);
    }

    /// <inheritdoc/>
    public bool IsOver => (!Fault.IsNone || _isPeerDone) && _writer.IsEmpty;

    /// <inheritdoc/>
    public CopyFault Fault { get; private set; } = CopyFault.None;

    /// <inheritdoc/>
    public bool IsFaultOfPeer { get; private set; }

    /// <inheritdoc/>
    public CopyResult? FirstFailure { get; private set; }

    /// <inheritdoc/>
    public CopyCounts Counts => _counts with { Current = _wanted.TryPeek(out ReceivedEntry? entry) ? entry.Entry : null };

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        while (Fault.IsNone && !_isPeerDone && _reader.TryTake(ref bytes, out RecordKind kind, out ReadOnlySpan<byte> body))
        {
            if (!Take(kind, body)) { Abort(new CopyFault(CopyCause.Violation, "")); }
        }

        if (_reader.IsBroken) { Abort(new CopyFault(CopyCause.Violation, "")); }
    }

    /// <inheritdoc/>
    public int Write(Span<byte> buffer) => _writer.Take(buffer);

    /// <inheritdoc/>
    public bool TryResult([NotNullWhen(true)] out CopyResult? result) => _results.TryDequeue(out result);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ReceivedEntry entry in _entries.Values) { entry.Dispose(); }
    }

    private bool Take(RecordKind kind, ReadOnlySpan<byte> body) => kind switch
    {
        RecordKind.Begin => TakeBegin(body),
        RecordKind.Abort => TakeAbort(body),
        _ when !_hasPeerBegun => false,
        RecordKind.Offer => TakeOffer(body),
        RecordKind.Match => TakeMatch(body),
        RecordKind.Data => TakeData(body),
        RecordKind.Whole => TakeWhole(body),
        RecordKind.Cut => TakeCut(body),
        RecordKind.End => TakeEnd(),
        RecordKind.Have or RecordKind.Want or RecordKind.Result => false,
        _ => true,
    };

    private bool TakeBegin(ReadOnlySpan<byte> body)
    {
        if (_hasPeerBegun || !CopyRecord.TryReadBegin(body, out byte version, out long total)) { return false; }

        _hasPeerBegun = true;
        _counts = _counts with { TotalBytes = total };
        if (version != CopyRecord.Version) { Abort(new CopyFault(CopyCause.OtherVersion, "")); }

        return true;
    }

    private bool TakeOffer(ReadOnlySpan<byte> body)
    {
        OfferFlaw flaw = CopyRecord.ReadOffer(body, out CopyEntry? offer);
        if (flaw == OfferFlaw.Path)
        {
            Abort(new CopyFault(CopyCause.Outside, ""));
            return true;
        }

        bool isTooMuch = _entries.Count >= CopyLimits.Outstanding || _offered == uint.MaxValue;
        if (flaw != OfferFlaw.None || isTooMuch) { return false; }

        var entry = new ReceivedEntry(offer!, _offered++);
        _entries.Add(entry.Number, entry);
        if (offer!.Kind == EntryKind.Folder) { MakeFolders(); }
        else { Try(entry, Begin); }

        return true;
    }

    private void Begin(ReceivedEntry entry)
    {
        FoundEntry found = _target.Look(entry.Entry);
        entry.HasPart = found.HasPart;
        switch (found.Kind)
        {
            case FoundKind.Nothing:
                Fetch(entry);
                break;
            case FoundKind.File when found.Length == entry.Entry.Size:
                entry.HashFound(_target, _buffer);
                entry.Phase = ReceivedPhase.ComparingFound;
                _writer.Have(entry.Number, entry.Entry.Size, entry.Hash);
                break;
            case FoundKind.Folder:
                Fail(entry, new CopyFault(CopyCause.WriteFailed, "a folder is there"));
                break;
            default:
                Replace(entry);
                break;
        }
    }

    private void Replace(ReceivedEntry entry)
    {
        if (_target.MayReplace(entry.Entry)) { Fetch(entry); }
        else { Fail(entry, new CopyFault(CopyCause.Exists, "another file is there already")); }
    }

    private void Fetch(ReceivedEntry entry)
    {
        if (entry.HasPart && entry.TryHashPart(_target, _buffer))
        {
            entry.Phase = ReceivedPhase.ComparingPart;
            _writer.Have(entry.Number, entry.Length, entry.Hash);
            return;
        }

        entry.Restart();
        Want(entry);
    }

    private void Want(ReceivedEntry entry)
    {
        entry.Phase = ReceivedPhase.Wanted;
        _wanted.Enqueue(entry);
        _counts = _counts with { Bytes = _counts.Bytes + entry.Length };
        _writer.Want(entry.Number, entry.Length);
    }

    private bool TakeMatch(ReadOnlySpan<byte> body)
    {
        bool isKnown = CopyRecord.TryReadMatch(body, out uint number, out bool isMatch)
            & _entries.TryGetValue(number, out ReceivedEntry? entry);
        if (!isKnown) { return false; }

        switch (entry!.Phase)
        {
            case ReceivedPhase.ComparingFound:
                Try(entry, isMatch ? Adopt : Replace);
                return true;
            case ReceivedPhase.ComparingPart:
                Try(entry, isMatch ? Continue : Restart);
                return true;
            default:
                return false;
        }
    }

    private void Adopt(ReceivedEntry entry)
    {
        _target.Adopt(entry.Entry);
        _counts = _counts with { Bytes = _counts.Bytes + entry.Entry.Size };
        Resolve(entry, EntryState.Same, CopyFault.None);
    }

    private void Continue(ReceivedEntry entry)
    {
        entry.Continue();
        Want(entry);
    }

    private void Restart(ReceivedEntry entry)
    {
        entry.Restart();
        Want(entry);
    }

    private bool TakeData(ReadOnlySpan<byte> bytes)
    {
        if (!_wanted.TryPeek(out ReceivedEntry? entry)) { return false; }

        if (entry.Phase == ReceivedPhase.Dropping) { return true; }

        if (bytes.Length > entry.Entry.Size - entry.Length) { return false; }

        try
        {
            entry.Write(_target, bytes);
            _counts = _counts with { Bytes = _counts.Bytes + bytes.Length };
        }
        catch (CopyFaultException e)
        {
            Fail(entry, e);
        }

        return true;
    }

    private bool TakeWhole(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != CopyRecord.HashLength || !_wanted.TryDequeue(out ReceivedEntry? entry)) { return false; }

        if (entry.Phase == ReceivedPhase.Dropping)
        {
            _entries.Remove(entry.Number);
            return true;
        }

        entry.Phase = ReceivedPhase.ComparingPart;
        try
        {
            if (entry.TryComplete(_target, hash)) { Resolve(entry, EntryState.Stored, CopyFault.None); }
            else { Fail(entry, new CopyFault(CopyCause.HashMismatch, "")); }
        }
        catch (CopyFaultException e)
        {
            Fail(entry, e);
        }

        return true;
    }

    private bool TakeCut(ReadOnlySpan<byte> body)
    {
        bool isKnown = CopyRecord.TryReadResult(body, out uint number, out EntryState state, out CopyFault fault)
            & _entries.TryGetValue(number, out ReceivedEntry? entry);
        if (!isKnown || state != EntryState.Failed) { return false; }

        if (entry!.Phase is ReceivedPhase.ComparingFound or ReceivedPhase.ComparingPart)
        {
            Fail(entry, fault);
            return true;
        }

        if (!_wanted.TryPeek(out ReceivedEntry? first) || first != entry) { return false; }

        _wanted.Dequeue();
        if (entry.Phase == ReceivedPhase.Dropping) { _entries.Remove(number); }
        else
        {
            entry.Phase = ReceivedPhase.ComparingPart;
            Fail(entry, fault);
        }

        return true;
    }

    private bool TakeEnd()
    {
        if (_entries.Count > 0) { return false; }

        _isPeerDone = true;
        _writer.End();
        return true;
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

    private void Try(ReceivedEntry entry, Action<ReceivedEntry> step)
    {
        try
        {
            step(entry);
        }
        catch (CopyFaultException e)
        {
            Fail(entry, e);
        }
    }

    private void Fail(ReceivedEntry entry, CopyFaultException e)
    {
        Fail(entry, e.Fault);
        if (e.IsFinal) { Abort(e.Fault); }
    }

    private void Fail(ReceivedEntry entry, CopyFault fault) => Resolve(entry, EntryState.Failed, fault);

    private void Resolve(ReceivedEntry entry, EntryState state, CopyFault fault)
    {
        entry.Dispose();
        _writer.Result(entry.Number, state, fault);
        bool hasHash = state != EntryState.Failed && entry.Entry.Kind == EntryKind.File;
        var result = new CopyResult(entry.Entry, state, fault) { Hash = hasHash ? entry.Hash : default };
        _counts = _counts.With(result);
        _results.Enqueue(result);
        if (state == EntryState.Failed) { FirstFailure ??= result; }

        // The sender may have sent some of it already.
        if (entry.Phase == ReceivedPhase.Wanted) { entry.Phase = ReceivedPhase.Dropping; }
        else { _entries.Remove(entry.Number); }

        if (entry.Entry.Kind == EntryKind.File) { MakeFolders(); }
    }

    /// <summary>Makes the folders that nothing offered before them is missing of, in their order.</summary>
    private void MakeFolders()
    {
        while (FirstOpen() is { Entry.Kind: EntryKind.Folder } folder)
        {
            Try(folder, entry =>
            {
                _target.MakeFolder(entry.Entry);
                Resolve(entry, EntryState.Stored, CopyFault.None);
            });
        }
    }

    private ReceivedEntry? FirstOpen()
    {
        ReceivedEntry? first = null;
        foreach (ReceivedEntry entry in _entries.Values)
        {
            bool isBefore = first is null || entry.Number < first.Number;
            if (entry.Phase != ReceivedPhase.Dropping && isBefore) { first = entry; }
        }

        return first;
    }
}
