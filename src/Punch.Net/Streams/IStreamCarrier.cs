using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>
/// The streams of a loop. Its methods are called on the loop's thread, and never block. It works on other threads, and wakes the loop when
/// there is something to take.
/// </summary>
public interface IStreamCarrier : IDisposable
{
    /// <summary>Says how to end the loop's wait, from any thread.</summary>
    void Attach(Action wake);

    /// <summary>Begins to do what the machine asks for.</summary>
    void Request(in StreamRequest request);

    /// <summary>Sends a datagram in a frame of its own. A datagram may be lost, as on a network, but never a part of it.</summary>
    /// <returns>False if no such stream is open, or its queue is full: then the datagram is dropped.</returns>
    bool TrySend(in TransportAddress to, ReadOnlySpan<byte> datagram);

    /// <summary>Takes the next datagram that came.</summary>
    bool TryReceive(Span<byte> buffer, out StreamDatagram datagram);

    /// <summary>Takes the next notice: StreamOpened or StreamClosed.</summary>
    bool TryNotice(out NetworkNotice notice);
}

/// <summary>The two ends and the length in bytes of a datagram that came on a stream.</summary>
public readonly record struct StreamDatagram(TransportAddress From, TransportAddress To, int Length);
