using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol;

/// <summary>
/// A state machine that does no input or output. A driver pushes datagrams, notices and time in and takes datagrams, events and the next
/// deadline out. Five rules hold for every machine, and tests hold every machine to them:
/// drain (after any call the driver takes all transmits and events, then reads <see cref="NextTimeout"/>),
/// progress (after <see cref="Timeout"/> with nothing pending, <see cref="NextTimeout"/> is null or later than now),
/// silence (no bytes from the network and no notice throw; foreign input changes a counter at most),
/// determinism (same seed, same calls, same outputs, byte for byte),
/// end (once <see cref="IsEnded"/> is true it stays true, and <see cref="NextTimeout"/> is null).
/// </summary>
public interface IProtocol
{
    /// <summary>Whether the machine is over. What it still has to send and to tell can be drained.</summary>
    bool IsEnded { get; }

    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never. Read it after draining.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Takes in a datagram. Never throws, whatever the bytes.</summary>
    void Receive(in Datagram datagram, Instant now);

    /// <summary>Takes in what the environment reports besides datagrams. Never throws; a machine ignores what it has no use for.</summary>
    void Note(in NetworkNotice notice, Instant now);

    /// <summary>Does what has come due. Harmless when called early.</summary>
    void Timeout(Instant now);

    /// <summary>Ends the machine as Ctrl-C does: its last words become transmits, then it ends. Harmless when repeated.</summary>
    void Stop(Instant now);

    /// <summary>Writes the next datagram to send into <paramref name="buffer"/>, which holds at least 65,535 bytes.</summary>
    /// <returns>False, with nothing written, when there is none.</returns>
    bool TryTransmit(Span<byte> buffer, out Transmit transmit);
}

/// <summary>A state machine with events for its caller.</summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public interface IProtocol<TEvent> : IProtocol
    where TEvent : notnull
{
    /// <summary>The bytes that the event being drained delivers; empty for events without. Valid until the next call.</summary>
    ReadOnlySpan<byte> Payload { get; }

    /// <summary>Takes the next event; false when there is none.</summary>
    bool TryEvent([MaybeNullWhen(false)] out TEvent e);
}
