using Punch.Protocol;

namespace Punch.Net;

/// <summary>What came in one buffer: a datagram, or several of one source that the system handed over together.</summary>
/// <param name="Buffer">The number of the buffer.</param>
/// <param name="From">The source address.</param>
/// <param name="At">The address of this machine that it came to; a wildcard where that is the bound one, or cannot be told.</param>
/// <param name="Length">All bytes.</param>
/// <param name="SegmentSize">Bytes of each datagram but the last, which may be shorter; 0 if there is only one.</param>
internal readonly record struct ReceivedMessage(int Buffer, TransportAddress From, HostAddress At, int Length, int SegmentSize);
