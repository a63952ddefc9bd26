namespace Punch.Protocol.Streams;

/// <summary>A piece of a stream that goes into one packet.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">The number of bytes; may be 0 if it is the end.</param>
/// <param name="IsFin">Whether the stream ends with it.</param>
/// <param name="IsNew">Whether it was never sent before.</param>
internal readonly record struct StreamPiece(ulong Offset, int Length, bool IsFin, bool IsNew);

/// <summary>The sending part of a stream: RFC 9000 §3.1. It keeps every byte until the peer has acknowledged it.</summary>
/// <param name="limit">The bytes that the peer allows at first.</param>
internal sealed class SendPart(ulong limit)
{
    private readonly ByteRing _ring = new();
    private readonly RangeSet _acknowledged = new();
    private readonly RangeSet _lost = new();
    private ulong _next;
    private bool _hasEnd;
    private bool _isEndSent;
    private bool _isEndLost;
    private bool _isEndAcknowledged;

    /// <summary>Where it stands.</summary>
    public SendState State { get; private set; }

    /// <summary>The number of bytes written so far: the final size once the end is known.</summary>
    public ulong End { get; private set; }

    /// <summary>The bytes that the peer allows.</summary>
    public ulong Limit { get; private set; } = limit;

    /// <summary>The bytes that the peer's program has taken.</summary>
    public ulong Consumed { get; private set; }

    /// <summary>Why it was given up, by this side or on the peer's wish.</summary>
    public ulong ResetCode { get; private set; }

    /// <summary>Bytes that are kept: written and not acknowledged.</summary>
    public int Held => (int)(End - _ring.Start);

    /// <summary>Bytes sent at least once.</summary>
    public ulong Sent => _next;

    /// <summary>Where the next piece begins.</summary>
    public ulong NextOffset => !_lost.IsEmpty ? _lost[0].Smallest : _isEndLost ? End : _next;

    /// <summary>Bytes that were sent more than once.</summary>
    public ulong Repaired { get; private set; }

    /// <summary>Whether lost pieces wait to be sent again.</summary>
    public bool HasRepairs => IsActive && (!_lost.IsEmpty || _isEndLost);

    /// <summary>Whether all bytes and the end have come to the peer's program.</summary>
    public bool IsComplete => State == SendState.DataReceived && Consumed == End;

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsOver => IsComplete || State is SendState.ResetReceived;

    private bool IsActive => State is SendState.Send or SendState.DataSent;

    /// <summary>Whether something can be sent that was not sent before.</summary>
    /// <param name="credit">The bytes that all streams together may still send.</param>
    public bool HasNew(ulong credit) =>
        State == SendState.Send && ((_next < Math.Min(End, Limit) && credit > 0) || (_hasEnd && _next == End && !_isEndSent));

    /// <summary>Takes bytes of the program. The caller limits how many are held.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (State != SendState.Send || _hasEnd) { return; }

        _ring.Write(End, bytes);
        End += (ulong)bytes.Length;
    }

    /// <summary>No more bytes follow.</summary>
    public void Finish() => _hasEnd |= State == SendState.Send;

    /// <summary>
    /// Gives the stream up. Returns whether the peer has to be told. A peer that has every byte may still refuse them, because its program
    /// could not bring them to where they belong.
    /// </summary>
    public bool Reset(ulong code)
    {
        if (State == SendState.DataReceived && !IsComplete) { (State, ResetCode) = (SendState.ResetReceived, code); }

        if (!IsActive) { return false; }

        State = SendState.ResetSent;
        ResetCode = code;
        _ring.Free();
        _lost.Clear();
        return true;
    }

    /// <summary>The peer knows that the stream was given up.</summary>
    public void NoteResetAcknowledged() => State = SendState.ResetReceived;

    /// <summary>The peer allows bytes up to here.</summary>
    public void Allow(ulong limit) => Limit = Math.Max(Limit, limit);

    /// <summary>
    /// The peer's program has taken bytes up to here; false if that many were never sent. The last byte is told only with the end, so that
    /// a peer may leave then, and the acknowledgement of the end may be lost.
    /// </summary>
    public bool NoteConsumed(ulong offset)
    {
        if (offset > _next) { return false; }

        Consumed = Math.Max(Consumed, offset);
        if (State == SendState.DataSent && Consumed == End) { FinishSending(); }

        return true;
    }

    /// <summary>The peer has everything that was sent, if this was everything.</summary>
    public void NoteAllConsumed()
    {
        if (State is not (SendState.DataSent or SendState.DataReceived)) { return; }

        Consumed = End;
        FinishSending();
    }

    /// <summary>Takes the next piece: first what was lost, then what is new. Call it only if there is one.</summary>
    /// <param name="room">The most bytes.</param>
    /// <param name="credit">The bytes that all streams together may still send for the first time.</param>
    public StreamPiece Take(int room, ulong credit)
    {
        if (!_lost.IsEmpty)
        {
            PacketRange lost = _lost[0];
            int length = (int)Math.Min((ulong)room, lost.Largest - lost.Smallest + 1);
            _lost.Remove(lost.Smallest, lost.Smallest + (ulong)length - 1);
            Repaired += (ulong)length;
            return WithEnd(lost.Smallest, length, isNew: false);
        }

        if (_isEndLost) { return WithEnd(End, 0, isNew: false); }

        ulong limit = Math.Min(Math.Min(End, Limit), _next + credit);
        var piece = WithEnd(_next, (int)Math.Min((ulong)room, limit - _next), isNew: true);
        _next += (ulong)piece.Length;
        return piece;
    }

    /// <summary>Copies the bytes of a piece.</summary>
    public void Read(ulong offset, Span<byte> destination) => _ring.Read(offset, destination);

    /// <summary>A piece came to the peer.</summary>
    public void Acknowledge(ulong offset, int length, bool isFin)
    {
        if (!IsActive) { return; }

        _isEndAcknowledged |= isFin;
        _isEndLost &= !isFin;
        if (length > 0)
        {
            _lost.Remove(offset, offset + (ulong)length - 1);
            NoteArrived(offset, offset + (ulong)length);
        }

        if (_isEndAcknowledged && _ring.Start == End) { FinishSending(); }
    }

    /// <summary>A piece is lost, or has to be sent once more to be sure. What came already is left out.</summary>
    public void Lose(ulong offset, int length, bool isFin)
    {
        if (!IsActive) { return; }

        _isEndLost |= isFin && !_isEndAcknowledged;
        ulong end = offset + (ulong)length;
        offset = Math.Max(offset, _ring.Start);
        if (offset >= end) { return; }

        _lost.Add(offset, end - 1);
        for (int i = _acknowledged.IndexFrom(offset); i < _acknowledged.Count && _acknowledged[i].Smallest < end; i++)
        {
            _lost.Remove(_acknowledged[i].Smallest, _acknowledged[i].Largest);
        }
    }

    // A piece may come twice, because a probe repeats what is still under way.
    private void NoteArrived(ulong offset, ulong end)
    {
        if (offset > _ring.Start)
        {
            _acknowledged.Add(offset, end - 1);
            return;
        }

        _ring.Drop(Math.Max(_ring.Start, end));
        while (!_acknowledged.IsEmpty && _acknowledged[0].Smallest <= _ring.Start)
        {
            _ring.Drop(Math.Max(_ring.Start, _acknowledged[0].Largest + 1));
            _acknowledged.RemoveLowest();
        }
    }

    private void FinishSending()
    {
        State = SendState.DataReceived;
        _ring.Drop(End);
        _ring.Free();
        _acknowledged.Clear();
        _lost.Clear();
    }

    private StreamPiece WithEnd(ulong offset, int length, bool isNew)
    {
        bool isFin = _hasEnd && offset + (ulong)length == End;
        if (isFin)
        {
            _isEndSent = true;
            _isEndLost = false;
            State = SendState.DataSent;
        }

        return new StreamPiece(offset, length, isFin, isNew);
    }
}
