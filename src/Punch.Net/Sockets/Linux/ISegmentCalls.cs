namespace Punch.Net.Sockets.Linux;

/// <summary>The sends of a socket that <see cref="SegmentedSend"/> needs.</summary>
internal interface ISegmentCalls
{
    /// <summary>Whether the kernel can cut at all, as far as is known.</summary>
    bool CanCut();

    /// <summary>Sends to the current destination. Returns 0 or more, or the negative error number.</summary>
    /// <param name="bytes">The datagrams, one behind the other.</param>
    /// <param name="segmentSize">Where the kernel cuts; 0 if they are one datagram.</param>
    int TrySend(ReadOnlySpan<byte> bytes, int segmentSize);
}
