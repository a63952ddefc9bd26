namespace Punch.Protocol.Streams;

/// <summary>
/// The receiving part of a stream: RFC 9000 §3.2. Bytes that come out of order wait in one ring. The credit bounds it, and the number of
/// gaps is bounded, too.
/// </summary>
internal sealed class ReceivePart
{
    /// <summary>The most pieces that wait behind gaps.</summary>
    public const int MaxGaps = 1024;

    private readonly ByteRing _ring = new();
    private readonly RangeSet _waiting = new();
    private ulong? _finalSize;
    private ulong _arrived;

    /// <summary>Where it stands.</summary>
    public ReceiveState State { get; private set; }

    /// <summary>The bytes that may come.</summary>
    public FlowCredit Credit { get; } = new(FlowCredit.FirstOfStream, FlowCredit.MostOfStream);

    /// <summary>One more than the largest offset that came.</summary>
    public ulong Highest { get; private set; }

    /// <summary>The bytes that the program has taken from here.</summary>
    public ulong Taken => _ring.Start;

    /// <summary>The bytes that need no room here any more: the program took them, or will never get them.</summary>
    public ulong Released => State == ReceiveState.ResetReceived ? Highest : Taken;

    /// <summary>Whether the program wants no more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The bytes that the program has brought to where they belong.</summary>
    public ulong Consumed { get; private set; }

    /// <summary>Why the peer gave it up.</summary>
    public ulong ResetCode { get; private set; }

    /// <summary>The pieces that wait behind gaps.</summary>
    public int Gaps => _waiting.Count;

    /// <summary>Whether bytes can be taken.</summary>
    public bool HasBytes => State != ReceiveState.ResetReceived && !IsStopped && _arrived > Taken;

    /// <summary>Whether every byte is where it belongs.</summary>
    public bool IsComplete => State == ReceiveState.DataRead && Consumed == _finalSize;

    /// <summary>Whether nothing more will come.</summary>
    public bool IsOver => IsComplete || State == ReceiveState.ResetReceived || (IsStopped && State != ReceiveState.Receive);

    /// <summary>Takes in bytes.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isFin">Whether the stream ends with them.</param>
    /// <param name="growth">How much larger <see cref="Highest"/> is now.</param>
    /// <returns>The rule that the peer broke, or none.</returns>
    public StreamError Receive(ulong offset, ReadOnlySpan<byte> bytes, bool isFin, out ulong growth)
    {
        growth = 0;
        ulong end = offset + (ulong)bytes.Length;
        if (end > Credit.Limit) { return StreamError.FlowControl; }

        StreamError error = NoteEnd(end, isFin);
        if (error != StreamError.None || State == ReceiveState.ResetReceived) { return error; }

        growth = end > Highest ? end - Highest : 0;
        Highest = Math.Max(Highest, end);
        if (end > _arrived) { Keep(Math.Max(offset, _arrived), bytes[(int)(Math.Max(offset, _arrived) - offset)..]); }

        if (_waiting.Count > MaxGaps) { return StreamError.TooManyGaps; }

        Advance();
        return StreamError.None;
    }

    /// <summary>The peer gave the stream up at this size.</summary>
    public StreamError Reset(ulong code, ulong finalSize, out ulong growth)
    {
        growth = 0;
        if (finalSize > Credit.Limit) { return StreamError.FlowControl; }

        if (finalSize < Highest || (_finalSize is { } known && known != finalSize)) { return StreamError.FinalSize; }

        growth = finalSize - Highest;
        Highest = finalSize;
        _finalSize = finalSize;
        if (State is ReceiveState.DataReceived or ReceiveState.DataRead) { return StreamError.None; }

        State = ReceiveState.ResetReceived;
        ResetCode = code;
        _ring.Free();
        return StreamError.None;
    }

    /// <summary>The bytes that can be taken and lie in one piece; empty if there are none.</summary>
    public ReadOnlySpan<byte> Peek() => HasBytes ? _ring.Front((int)(_arrived - Taken)) : default;

    /// <summary>Takes bytes that were seen by <see cref="Peek"/>. If the stream was given up in between, it does nothing.</summary>
    public void Take(int count)
    {
        if (!HasBytes) { return; }

        _ring.Drop(Taken + (ulong)count);
        Finish();
    }

    /// <summary>The program has brought its bytes up to here to where they belong.</summary>
    public void NoteConsumed(ulong offset)
    {
        if (!IsStopped) { Consumed = Math.Max(Consumed, Math.Min(offset, Taken)); }
    }

    /// <summary>The program wants no more. What still comes is dropped. False if there is nothing to refuse.</summary>
    public bool Stop()
    {
        if (IsStopped || IsComplete || State == ReceiveState.ResetReceived) { return false; }

        IsStopped = true;
        Advance();
        return true;
    }

    private StreamError NoteEnd(ulong end, bool isFin)
    {
        if (_finalSize is { } known) { return end > known || (isFin && end != known) ? StreamError.FinalSize : StreamError.None; }

        if (!isFin) { return StreamError.None; }

        if (end < Highest) { return StreamError.FinalSize; }

        _finalSize = end;
        if (State == ReceiveState.Receive) { State = ReceiveState.SizeKnown; }

        return StreamError.None;
    }

    private void Keep(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (!IsStopped) { _ring.Write(offset, bytes); }

        if (offset == _arrived) { _arrived += (ulong)bytes.Length; }
        else { _waiting.Add(offset, offset + (ulong)bytes.Length - 1); }
    }

    private void Advance()
    {
        while (!_waiting.IsEmpty && _waiting[0].Smallest <= _arrived)
        {
            _arrived = Math.Max(_arrived, _waiting[0].Largest + 1);
            _waiting.RemoveLowest();
        }

        if (IsStopped)
        {
            _ring.Drop(_arrived);
            _ring.Free();
        }

        if (State == ReceiveState.SizeKnown && _arrived == _finalSize) { State = ReceiveState.DataReceived; }

        Finish();
    }

    private void Finish()
    {
        if (State != ReceiveState.DataReceived || Taken != _finalSize) { return; }

        State = ReceiveState.DataRead;
        _ring.Free();
    }
}
