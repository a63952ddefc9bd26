namespace Punch.Protocol.Streams;

/// <summary>A frame of a packet, as it was read. The bytes are those of the packet.</summary>
internal ref struct PacketFrame
{
    /// <summary>What it is. Frames of a stream all have <see cref="FrameKind.Stream"/>.</summary>
    public FrameKind Kind;

    /// <summary>The stream, or the flow, for frames of one.</summary>
    public ulong Stream;

    /// <summary>
    /// The offset of a stream's bytes; the final size for ResetStream; the limit for MaxData, MaxStreamData and MaxStreams; the delay in
    /// units of a microsecond for Ack; the offset for Consumed.
    /// </summary>
    public ulong Value;

    /// <summary>The code; for ResetStream, StopSending and Close.</summary>
    public ulong Code;

    /// <summary>Whether a stream ends with these bytes.</summary>
    public bool IsFin;

    /// <summary>A stream's or a flow's bytes, the reason of Close, or the pairs of Settings.</summary>
    public ReadOnlySpan<byte> Data;

    /// <summary>For Ack: the number of ranges that the reader has written.</summary>
    public int Ranges;
}
