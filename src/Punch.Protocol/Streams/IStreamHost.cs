using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Streams;

/// <summary>
/// A session in which both sides open streams, and send datagrams beside them. After each call the driver drains the session.
/// </summary>
public interface IStreamHost
{
    /// <summary>Opens a stream; null without a path, or while the peer allows no more.</summary>
    IByteStream? TryOpen();

    /// <summary>Takes a stream that the peer has opened; false if there is none.</summary>
    bool TryAccept([NotNullWhen(true)] out IByteStream? stream);

    /// <summary>The longest datagram that can be sent now, in bytes.</summary>
    /// <param name="flow">The number of the stream that it belongs to.</param>
    int MaxDatagram(ulong flow);

    /// <summary>Sends a datagram once; it may be lost. False if there is no room for it, or it is too long.</summary>
    bool TrySend(ulong flow, ReadOnlySpan<byte> datagram, Instant now);

    /// <summary>Takes the next datagram of the peer; false if there is none.</summary>
    /// <param name="buffer">Room for it: 65,535 bytes.</param>
    /// <param name="flow">The number of the stream that it belongs to. It may be any number.</param>
    /// <param name="length">Its length.</param>
    /// <param name="now">The current time.</param>
    bool TryTake(Span<byte> buffer, out ulong flow, out int length, Instant now);

    /// <summary>All is done: the session ends, and tells the peer so.</summary>
    void Complete();
}
