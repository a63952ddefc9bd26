using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>
/// An open connection that carries whole datagrams. One task reads, another one writes. Where the connection breaks, both throw
/// <see cref="StreamException"/>, whatever bytes came.
/// </summary>
public interface IMessagePipe : IDisposable
{
    /// <summary>The near end, with the transport.</summary>
    TransportAddress Local { get; }

    /// <summary>Waits for the next datagram.</summary>
    /// <param name="buffer">Takes it: 65,535 bytes hold any.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The length in bytes; -1 where the far end closed the connection in order.</returns>
    /// <exception cref="StreamException">It is broken.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Adds a datagram to those that <see cref="FlushAsync"/> sends.</summary>
    /// <returns>False if there is no room for it before the next flush.</returns>
    bool TryWrite(ReadOnlySpan<byte> datagram);

    /// <summary>Sends what was written.</summary>
    /// <exception cref="StreamException">It is broken.</exception>
    ValueTask FlushAsync(CancellationToken cancellation);
}
