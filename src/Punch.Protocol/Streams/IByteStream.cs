namespace Punch.Protocol.Streams;

/// <summary>
/// A reliable stream of bytes to the peer and one from it. What is written arrives once and in order, or the session says that it did not.
/// After each call the driver drains the session.
/// </summary>
public interface IByteStream
{
    /// <summary>Its number: RFC 9000 §2.1.</summary>
    ulong Id { get; }

    /// <summary>The bytes that <see cref="Write"/> takes now: 0 while enough is under way, or after the end.</summary>
    int Room { get; }

    /// <summary>Takes bytes to send. Returns how many were taken, from the front.</summary>
    int Write(ReadOnlySpan<byte> bytes, Instant now);

    /// <summary>The bytes that were written and have arrived at the peer's machine, from the front.</summary>
    long Arrived { get; }

    /// <summary>No more bytes follow. The peer's program sees the end of its input.</summary>
    void Finish(Instant now);

    /// <summary>The rest of the bytes could not be read. The peer learns that some are missing.</summary>
    void Fail(Instant now);

    /// <summary>The bytes from the peer that can be taken, or some of them; empty if there are none. Valid until the next call.</summary>
    ReadOnlySpan<byte> Peek();

    /// <summary>Takes bytes that <see cref="Peek"/> showed. The peer may then send more.</summary>
    void Take(int count, Instant now);

    /// <summary>The bytes that were taken so far.</summary>
    long Taken { get; }

    /// <summary>
    /// Notes that the bytes up to an offset are where they belong. The peer's side succeeds only once this covers all of its bytes.
    /// </summary>
    void Consume(long offset, Instant now);

    /// <summary>Wants no more bytes of the peer. The peer learns that they have no place any more.</summary>
    void Refuse(Instant now);

    /// <summary>Whether all bytes of the peer were taken, and no more will come.</summary>
    bool IsAtEnd { get; }

    /// <summary>Whether the peer gave up sending: bytes are missing.</summary>
    bool HasPeerFailed { get; }

    /// <summary>Whether the peer wants no more bytes, or this side gave up sending.</summary>
    bool IsUnwanted { get; }

    /// <summary>Whether every byte that was written is where it belongs.</summary>
    bool IsDelivered { get; }

    /// <summary>Whether nothing is left to do in both directions.</summary>
    bool IsOver { get; }
}
