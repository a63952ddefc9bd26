using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol;

/// <summary>
/// A state machine that does no input or output. A driver pushes datagrams, notices and time in, and takes datagrams, events and the next
/// deadline out. Five rules hold for every machine, and tests check them.
/// <para>Drain: after any call the driver takes all transmits and events, then reads <see cref="NextTimeout"/>. Of several datagrams that
/// came together it may hand over all before it takes the transmits. It takes the events after each one.</para>
/// <para>Progress: after <see cref="Timeout"/> with nothing pending, <see cref="NextTimeout"/> is null or later than now.</para>
/// <para>Silence: no bytes from the network and no notice throw, and foreign input changes a counter at most.</para>
/// <para>Determinism: the same seed and the same calls give the same outputs, byte for byte.</para>
/// <para>End: once <see cref="IsEnded"/> is true it stays true, and <see cref="NextTimeout"/> is null.</para>
/// </summary>
public interface IProtocol
{
    /// <summary>Whether the machine has ended. Its last transmits and events can still be drained.</summary>
    bool IsEnded { get; }

    /// <summary>
    /// Whether several datagrams in a row may come in before the driver drains, so that one acknowledgement can answer them all. Otherwise
    /// each is answered before the next one comes in.
    /// </summary>
    bool TakesBatches => false;

    /// <summary>When <see cref="Timeout"/> must be called next; null for never. Read it after draining.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Takes in a datagram. It never throws, for any bytes.</summary>
    void Receive(in Datagram datagram, Instant now);

    /// <summary>Takes in a notice of the environment. It never throws. A machine ignores notices that it does not need.</summary>
    void Note(in NetworkNotice notice, Instant now);

    /// <summary>Does what is due. An early call does nothing.</summary>
    void Timeout(Instant now);

    /// <summary>Ends the machine, as on Ctrl-C. Its farewell becomes transmits, then it ends. It does nothing if called again.</summary>
    void Stop(Instant now);

    /// <summary>
    /// Writes the next datagram to send, or several of one size, into <paramref name="buffer"/>, which holds at least 65,535 bytes.
    /// </summary>
    /// <returns>False, with nothing written, if there is none.</returns>
    bool TryTransmit(Span<byte> buffer, out Transmit transmit);
}

/// <summary>A state machine with events for its caller.</summary>
/// <typeparam name="TEvent">The event type of the machine.</typeparam>
public interface IProtocol<TEvent> : IProtocol
    where TEvent : notnull
{
    /// <summary>The bytes that the drained event delivers; empty if it has none. Valid until the next call.</summary>
    ReadOnlySpan<byte> Payload { get; }

    /// <summary>Takes the next event; false if there is none.</summary>
    bool TryEvent([MaybeNullWhen(false)] out TEvent e);
}
