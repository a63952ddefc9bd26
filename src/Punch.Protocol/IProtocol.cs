using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol;

/// <summary>
/// A state machine that does no input or output. A driver pushes datagrams and time in and takes datagrams, events and the next
/// deadline out. Four rules hold for every machine, and tests hold every machine to them:
/// drain (after any call the driver takes all transmits and events, then reads <see cref="NextTimeout"/>),
/// progress (after <see cref="Timeout"/> with nothing pending, <see cref="NextTimeout"/> is null or later than now),
/// silence (no bytes from the network throw; foreign input changes a counter at most),
/// determinism (same seed, same calls, same outputs, byte for byte).
/// </summary>
public interface IProtocol
{
    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never. Read it after draining.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Takes in a datagram. Never throws, whatever the bytes.</summary>
    void Receive(in Datagram datagram, Instant now);

    /// <summary>Does what has come due. Harmless when called early.</summary>
    void Timeout(Instant now);

    /// <summary>Writes the next datagram to send into <paramref name="buffer"/>, which holds at least 65,535 bytes.</summary>
    /// <returns>False, with nothing written, when there is none.</returns>
    bool TryTransmit(Span<byte> buffer, out Transmit transmit);
}

/// <summary>A state machine with news for its caller.</summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public interface IProtocol<TEvent> : IProtocol
    where TEvent : notnull
{
    /// <summary>Takes the next event; false when there is none.</summary>
    bool TryEvent([MaybeNullWhen(false)] out TEvent e);
}
