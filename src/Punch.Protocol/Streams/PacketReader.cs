namespace Punch.Protocol.Streams;

/// <summary>Reads the frames of a packet, any bytes: RFC 9000 §12.4 and §19. It never throws and allocates nothing.</summary>
/// <param name="packet">The packet's body.</param>
/// <param name="ranges">Takes the ranges of an acknowledgement, the newest first. What does not fit is left out.</param>
internal ref struct PacketReader(ReadOnlySpan<byte> packet, Span<PacketRange> ranges)
{
    private const ulong FinBit = 0x01;
    private const ulong LengthBit = 0x02;
    private const ulong OffsetBit = 0x04;

    private readonly Span<PacketRange> _ranges = ranges;
    private ReadOnlySpan<byte> _rest = packet;
    private PacketFrame _frame;

    /// <summary>Whether a frame was broken. Then nothing after it can be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reads the next frame; false at the end, or if it is broken.</summary>
    public bool TryRead(out PacketFrame frame)
    {
        frame = default;
        SkipPadding();
        if (_rest.IsEmpty || IsBroken) { return false; }

        _frame = default;
        IsBroken = !TryReadKind(out ulong kind) || !TryReadBody(kind);
        frame = _frame;
        return !IsBroken;
    }

    private void SkipPadding()
    {
        int end = _rest.IndexOfAnyExcept((byte)FrameKind.Padding);
        _rest = end < 0 ? default : _rest[end..];
    }

    // RFC 9000 §12.4: a kind has its shortest form.
    private bool TryReadKind(out ulong kind)
    {
        int before = _rest.Length;
        return VarInt.TryRead(ref _rest, out kind) && before - _rest.Length == VarInt.LengthOf(kind);
    }

    private bool TryReadBody(ulong kind)
    {
        _frame.Kind = kind is >= (ulong)FrameKind.Stream and <= (ulong)FrameKind.StreamLast ? FrameKind.Stream : (FrameKind)kind;
        return _frame.Kind switch
        {
            FrameKind.Ping => true,
            FrameKind.Ack => TryReadAck(),
            FrameKind.ResetStream => TryRead(out _frame.Stream) && TryRead(out _frame.Code) && TryRead(out _frame.Value),
            FrameKind.StopSending => TryRead(out _frame.Stream) && TryRead(out _frame.Code),
            FrameKind.Stream => TryReadStream(kind),
            FrameKind.MaxData or FrameKind.MaxStreams => TryRead(out _frame.Value),
            FrameKind.MaxStreamData or FrameKind.Consumed => TryRead(out _frame.Stream) && TryRead(out _frame.Value),
            FrameKind.Close => TryRead(out _frame.Code) && TryReadBytes(out _frame.Data),
            FrameKind.Datagram => TryReadBytes(out _frame.Data) && VarInt.TryRead(ref _frame.Data, out _frame.Stream),
            FrameKind.Settings => TryReadBytes(out _frame.Data),
            _ => false,
        };
    }

    private bool TryReadStream(ulong kind)
    {
        _frame.IsFin = (kind & FinBit) != 0;
        if (!TryRead(out _frame.Stream)) { return false; }

        if ((kind & OffsetBit) != 0 && !TryRead(out _frame.Value)) { return false; }

        if ((kind & LengthBit) != 0) { return TryReadBytes(out _frame.Data) && IsEndInReach(); }

        _frame.Data = _rest;
        _rest = default;
        return IsEndInReach();
    }

    // RFC 9000 §19.8: no byte of a stream has a larger offset than a number can say.
    private readonly bool IsEndInReach() => _frame.Value + (ulong)_frame.Data.Length <= VarInt.Max;

    // RFC 9000 §19.3: the newest range first, then the gaps and ranges below it.
    private bool TryReadAck()
    {
        bool isRead = TryRead(out ulong largest) & TryRead(out _frame.Value) & TryRead(out ulong more) & TryRead(out ulong length);
        if (!isRead || length > largest) { return false; }

        var range = new PacketRange(largest - length, largest);
        Add(range);
        for (; more > 0; more--)
        {
            if (!TryRead(out ulong gap) || !TryRead(out length) || gap + length + 2 > range.Smallest) { return false; }

            ulong next = range.Smallest - gap - 2;
            range = new PacketRange(next - length, next);
            Add(range);
        }

        return true;
    }

    private void Add(in PacketRange range)
    {
        if (_frame.Ranges < _ranges.Length) { _ranges[_frame.Ranges++] = range; }
    }

    private bool TryRead(out ulong value) => VarInt.TryRead(ref _rest, out value);

    private bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryRead(out ulong length) || length > (ulong)_rest.Length) { return false; }

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
