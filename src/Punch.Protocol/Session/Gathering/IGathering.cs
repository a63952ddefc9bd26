using Punch.Protocol.Paths;
using Punch.Protocol.Session.Wires;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// What differs between the ways to reach a peer: the sources of candidates, the plan and the wire, and what they tell each other. The
/// session drives it beside the conversation, and does not know which one it has.
/// </summary>
internal interface IGathering : IDisposable
{
    /// <summary>The way out for every datagram.</summary>
    OutgoingGate Gate { get; }

    /// <summary>Finds and keeps the path.</summary>
    PathFinder Finder { get; }

    /// <summary>What datagrams between the two sides look like.</summary>
    IPathWire Wire { get; }

    /// <summary>Whether the proof of the path is enough for the peer: it takes payload before any message.</summary>
    bool PeerTrustsPathProof { get; }

    /// <summary>Whether the peer can carry streams.</summary>
    bool PeerCarriesStreams { get; }

    /// <summary>Whether there may be several streams to the peer, of which both sides must keep the same one.</summary>
    bool HasSeveralStreams { get; }

    /// <summary>How long an open path without data goes without a message.</summary>
    TimeSpan QuietPause { get; }

    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Whether a local address is one that the peer's datagrams come to.</summary>
    bool Owns(in TransportAddress local);

    /// <summary>Gives a datagram to the source that expects it; false when none does.</summary>
    bool TryReceive(in Datagram datagram, Instant now);

    /// <summary>What the peer sent, taken out of the message of a server that carries it; any other datagram as it is.</summary>
    Datagram Unwrap(in Datagram datagram) => datagram;

    /// <summary>Puts a datagram into a message to the server that carries it, where one does; false if it is lost.</summary>
    bool TryCarry(Span<byte> buffer, ref Transmit transmit, Instant now) => true;

    /// <summary>Passes a notice on to the sources.</summary>
    void Note(in NetworkNotice notice, Instant now);

    /// <summary>Does what has come due.</summary>
    void Timeout(Instant now);

    /// <summary>Moves what the sources have learned to the finder, and what the finder wants to the sources.</summary>
    void Settle(Instant now);

    /// <summary>The peer said that it leaves.</summary>
    void Part(Instant now);

    /// <summary>Whether it is pointless to go on without a path.</summary>
    bool IsHopeless(Instant now);

    /// <summary>The port will be handed over: seats on servers are given up, while their last replies still find this side there.</summary>
    void GiveUpSeats(Instant now);

    /// <summary>The session ends: seats are given up, unless the port is handed over.</summary>
    void Leave(bool isHandedOver, Instant now);

    /// <summary>Writes the next datagram of a source.</summary>
    bool TryTransmit(Span<byte> buffer, out Transmit transmit);

    /// <summary>Takes the next request about a stream; false if there is none.</summary>
    bool TryStream(out StreamRequest request);

    /// <summary>How it stands or ended, and what is known of both networks.</summary>
    SessionOutcome Outcome();
}
