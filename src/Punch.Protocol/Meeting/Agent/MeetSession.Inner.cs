using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

public sealed partial class MeetSession
{
    // Where the inner session believes to be and to send to: it sees one way, whatever the agent makes of it.
    private static readonly TransportAddress InnerLocal = new(HostAddress.AnyV4, 1);
    private static readonly TransportAddress InnerRemote = new(HostAddress.Parse("192.0.0.8"), 2);

    private readonly byte[] _innerDatagram = new byte[MaxDatagram];
    private PeerSession? _inner;
    private TimeSpan _innerStart;
    private TransportAddress _heardFrom;
    private TransportAddress _heardOn;
    private bool _hasDataEnded;
    private bool _isHoldingData;
    private long _refusals;

    /// <summary>What was counted so far, of the messages that were swapped.</summary>
    public PeerStatistics Statistics => (_inner?.Statistics ?? new PeerStatistics()) with
    {
        HeardFrom = _inner is null ? null : _heardFrom,
        Refusals = _refusals,
        TimeToOpen = _agent.TimeToOpen,
        Opens = _agent.Opens,
    };

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => _isDelivering ? _plaintext.AsSpan(0, _payloadLength) : default;

    /// <inheritdoc/>
    public bool TrySendData(ReadOnlySpan<byte> payload, Instant now) =>
        _agent.Path is not null && _inner?.TrySendData(payload, now) == true;

    /// <inheritdoc/>
    public void EndData(Instant now)
    {
        _hasDataEnded = true;
        _inner?.EndData(now);
    }

    /// <inheritdoc/>
    public void HoldData(bool isFull, Instant now)
    {
        _isHoldingData = isFull;
        _inner?.HoldData(isFull, now);
    }

    private void ReceiveFrame(in Datagram datagram, Instant now)
    {
        if (_agent.Receive(datagram, _plaintext, now, out int length) is not { } type) { return; }

        if (type == FrameType.Goodbye) { NoteGoodbye(now); }

        if (type != FrameType.Payload || _inner is null) { return; }

        _payloadLength = length;
        _heardFrom = datagram.From;
        _heardOn = datagram.To;
        _inner.Receive(new Datagram(InnerRemote, InnerLocal, _plaintext.AsSpan(0, length)), now);
    }

    private void BeginInner(Instant now)
    {
        if (_inner is not null || _agent.Path is null) { return; }

        _innerStart = now - _start;
        _inner = new PeerSession(
            new PeerSessionOptions
            {
                Remotes = [InnerRemote],
                Locals = [InnerLocal],
                Id = _options.Id,
                Seed = _options.Seed,
                WallClock = _options.WallClock + _innerStart,
                Count = _options.Count,
                Interval = _options.Interval,
                Size = Math.Min(_options.Size, SealedSession.MaxBodyLength),
                Use = _options.Use,
                UsesClockSlots = false,
            },
            now);
        if (_isHoldingData) { _inner.HoldData(isFull: true, now); }

        if (_hasDataEnded) { _inner.EndData(now); }
    }

    private void TimeoutInner(Instant now)
    {
        if (_inner?.NextTimeout <= now) { _inner.Timeout(now); }
    }

    private bool TryTransmitPayload(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        while (_inner is not null && _inner.TryTransmit(_innerDatagram, out Transmit inner))
        {
            // What is said while no path is open is lost, as on any network, and not told as sent.
            Route? path = _agent.Path ?? _farewellPath;
            int length = path is null ? 0 : _agent.Seal(_innerDatagram.AsSpan(0, inner.Length), buffer);
            DrainInner(path, isSent: length > 0);
            if (length == 0) { continue; }

            transmit = new Transmit(path!.Value.Local, path.Value.Remote, length);
            return true;
        }

        return false;
    }

    private void HearInner(Instant now)
    {
        if (_inner is null) { return; }

        DrainInner(_agent.Path, isSent: false);
        if (_inner.IsEnded && !IsEnded) { End(now); }
    }

    /// <summary>Passes on what the inner session tells of datagrams. Of paths and of the end the outer one speaks.</summary>
    private void DrainInner(Route? path, bool isSent)
    {
        while (_inner!.TryEvent(out PeerEvent e))
        {
            TimeSpan elapsed = e.Elapsed + _innerStart;
            if (e.Kind == PeerEventKind.Received)
            {
                _news.AddPeer(e with { Remote = _heardFrom, Local = _heardOn, Elapsed = elapsed });
            }
            else if (e.Kind == PeerEventKind.DataEnded)
            {
                _news.AddPeer(e with { Remote = path?.Remote ?? _heardFrom, Elapsed = elapsed });
            }
            else if (e.Kind == PeerEventKind.Sent && isSent && path is { } to)
            {
                _news.AddPeer(e with { Remote = to.Remote, Local = to.Local, Elapsed = elapsed });
            }
        }
    }
}
