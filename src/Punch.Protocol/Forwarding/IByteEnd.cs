namespace Punch.Protocol.Forwarding;

/// <summary>A connection of this machine that a stream is joined to. It never waits; it wakes the driver when something changed.</summary>
public interface IByteEnd : IDisposable
{
    /// <summary>Bytes that came; empty if there are none. Valid until the next call.</summary>
    ReadOnlySpan<byte> Peek();

    /// <summary>Takes bytes that <see cref="Peek"/> showed.</summary>
    void Use(int count);

    /// <summary>Whether all bytes were taken and no more come.</summary>
    bool IsAtEnd { get; }

    /// <summary>Whether the bytes ended by a fault, so that some may be missing.</summary>
    bool HasFailed { get; }

    /// <summary>Whether it takes bytes now.</summary>
    bool HasRoom { get; }

    /// <summary>Takes bytes to write.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>The bytes that were given to <see cref="Write"/>.</summary>
    long Queued { get; }

    /// <summary>The bytes that the system has taken.</summary>
    long Written { get; }

    /// <summary>No more bytes follow: the other program sees the end of its input.</summary>
    void Finish();

    /// <summary>Whether everything was written, the end included.</summary>
    bool IsFinished { get; }

    /// <summary>Whether what is written goes nowhere any more.</summary>
    bool IsBroken { get; }

    /// <summary>Closes it so that the other program sees a fault, and not an orderly end.</summary>
    void Abort();
}
