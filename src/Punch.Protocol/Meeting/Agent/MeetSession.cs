using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>One side of <c>punch meet</c>, without a socket or a clock.</summary>
public sealed class MeetSession : IProtocol<MeetEvent>
{
    private readonly MeetSessionOptions _options;
    private readonly byte[] _payload = [];
    private IReadOnlyList<LocalAddress> _hosts = [];
    private long _refusals;
    private TransportAddress _failed;

    /// <summary>Begins a meeting: the first datagrams are ready to be taken at once.</summary>
    public MeetSession(MeetSessionOptions options, Instant now)
    {
        _options = options;
        _ = now;
    }

    /// <summary>Whether it is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What has been shown so far.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>The proven path's far end; null while none is open.</summary>
    public TransportAddress? Path { get; private set; }

    /// <summary>The own socket of the proven path; null while none is open.</summary>
    public TransportAddress? PathLocal { get; private set; }

    /// <summary>What was counted so far.</summary>
    public PeerStatistics Statistics => new() { Refusals = _refusals + _hosts.Count, HeardFrom = _failed };

    /// <summary>How it stands or ended, and what is known of both networks.</summary>
    public MeetOutcome Outcome { get; private set; } = new() { Result = MeetResult.Undecided };

    /// <summary>The unsealed bytes of the Received event that is being drained; empty otherwise.</summary>
    public ReadOnlySpan<byte> Payload => _payload;

    /// <inheritdoc/>
    public Instant? NextTimeout => null;

    /// <summary>Ends it as Ctrl-C does: a last word to the peer and to the server, then <see cref="MeetEventKind.Ended"/>.</summary>
    public void Stop(Instant now) => IsEnded = _options is not null && now >= Instant.Zero;

    /// <summary>Takes in that this machine's addresses have changed.</summary>
    public void NoteHosts(IReadOnlyList<LocalAddress> hosts, Instant now) => _hosts = hosts;

    /// <summary>Takes in that a datagram could not be sent. A fresh port that is not to be had is replaced by another.</summary>
    public void NoteSendFailed(TransportAddress local, TransportAddress to, Instant now) => _failed = to;

    /// <summary>Counts an ICMP refusal. It never ends anything: anybody can send one.</summary>
    public void NoteRefusal() => _refusals++;

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryEvent([MaybeNullWhen(false)] out MeetEvent e)
    {
        e = default;
        return false;
    }
}
