#pragma warning disable CA1822
using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Peer;

/// <summary>Placeholder shape while the machine is being written.</summary>
public sealed class PeerSession : IProtocol<PeerEvent>
{
    /// <summary>Begins a session: the first datagrams are ready to be taken at once.</summary>
    public PeerSession(PeerSessionOptions options, Instant now) => _ = (options, now);

    /// <summary>Whether the session is over.</summary>
    public bool IsEnded => false;

    /// <summary>What has been shown so far.</summary>
    public Verdict Verdict => Verdict.Nothing;

    /// <summary>The proven path's far end; null while none is open.</summary>
    public TransportAddress? Path => null;

    /// <summary>What was counted so far.</summary>
    public PeerStatistics Statistics => new();

    /// <inheritdoc/>
    public Instant? NextTimeout => null;

    /// <summary>Ends the session as Ctrl-C does: a last word to the peer, then <see cref="PeerEventKind.Ended"/>.</summary>
    public void Stop(Instant now) => _ = now;

    /// <summary>Counts an ICMP refusal that the system reported. It never ends a session: anybody can send one.</summary>
    public void NoteRefusal() { }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now) { }

    /// <inheritdoc/>
    public void Timeout(Instant now) { }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryEvent([MaybeNullWhen(false)] out PeerEvent e)
    {
        e = default;
        return false;
    }
}
