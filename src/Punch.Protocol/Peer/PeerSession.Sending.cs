namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>More than one call can ask for: a punch and a message to every address, twice over, and an answer.</summary>
    private const int MaxOutgoing = (PeerSessionOptions.MaxRemotes * 4) + 8;

    private readonly Queue<Outgoing> _outgoing = new(MaxOutgoing);
    private TransportAddress? _formerPath;
    private uint _sequence;

    private enum MessageRole
    {
        Punch,
        Scheduled,
        Answer,
        LastWord,
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (_outgoing.TryDequeue(out Outgoing outgoing))
        {
            int length = outgoing.Role == MessageRole.Punch ? 0 : Write(outgoing, buffer);
            if (length < 0) { continue; }

            transmit = new Transmit(LocalFor(outgoing.To), outgoing.To, length);
            NoteSent(outgoing, length);
            return true;
        }

        transmit = default;
        return false;
    }

    private void BeginPunching(Instant now)
    {
        foreach (TransportAddress remote in _remotes) { Enqueue(remote, now, MessageRole.Punch); }

        _schedule.Begin(now);
        SendScheduled(now);
    }

    private void SendScheduled(Instant now)
    {
        if (Path is { } path)
        {
            Enqueue(path, now, MessageRole.Scheduled);
        }
        else
        {
            // One number for all: they are one message that takes several ways, and the peer counts it once.
            uint sequence = NextSequence(now);
            foreach (TransportAddress remote in _remotes) { Enqueue(new Outgoing(remote, MessageRole.Scheduled, sequence, now, null)); }

            if (_formerPath is { } former && !_remotes.Contains(former)) { Enqueue(new Outgoing(former, MessageRole.Scheduled, sequence, now, null)); }
        }

        _schedule.Advance(now, IsSettled);
    }

    private void Enqueue(TransportAddress to, Instant now, MessageRole role, RemotePeer? about = null, int maxLength = int.MaxValue) =>
        Enqueue(new Outgoing(to, role, role == MessageRole.Punch ? 0 : NextSequence(now), now, about, maxLength));

    private void Enqueue(in Outgoing outgoing)
    {
        if (_outgoing.Count < MaxOutgoing) { _outgoing.Enqueue(outgoing); }
    }

    private uint NextSequence(Instant now)
    {
        _sequence = unchecked(_sequence + 1);
        _sendTimes.Note(_sequence, now);
        return _sequence;
    }

    /// <summary>Writes a message; -1 when it may not be as long as it would be.</summary>
    private int Write(in Outgoing outgoing, Span<byte> buffer)
    {
        RemotePeer? about = outgoing.About ?? (outgoing.To == Path ? _peer : _peers.Latest(outgoing.To));
        var message = new PeerMessage
        {
            Id = _options.Id,
            Sequence = outgoing.Sequence,
            Seen = about?.Sight(outgoing.At),
            IsLeaving = outgoing.Role == MessageRole.LastWord,
        };

        ReadOnlySpan<byte> text = _timeText.At(outgoing.At);
        int padded = Math.Max(_options.Size, PeerMessage.MinLength);
        Span<byte> room = buffer[..Math.Min(buffer.Length, outgoing.MaxLength)];
        int length = message.Write(text, room, Math.Min(padded, room.Length));

        about?.NoteSent(outgoing.Sequence, isNaming: length > 0);

        // Too small a room for what we saw: the bare message asks a peer that does not pad to show what it saw instead.
        if (length == 0) { length = (message with { Seen = null, IsLeaving = false }).Write(text, room, 0); }

        return length == 0 ? -1 : length;
    }

    private TransportAddress LocalFor(TransportAddress remote)
    {
        foreach (TransportAddress local in _locals)
        {
            if (local.Host.IsV6 == remote.Host.IsV6) { return local; }
        }

        throw new ArgumentException($"no local address of the family of {remote}");
    }

    private void NoteSent(in Outgoing outgoing, int bytes)
    {
        _counters.Sent++;
        bool isPunch = outgoing.Role == MessageRole.Punch;
        _events.Enqueue(new PeerEvent
        {
            Kind = PeerEventKind.Sent,
            Remote = outgoing.To,
            Elapsed = outgoing.At - _start,
            Datagram = isPunch ? DatagramKind.Punch : DatagramKind.Message,
            Bytes = bytes,
            Sequence = isPunch ? null : outgoing.Sequence,
        });
    }

    private readonly record struct Outgoing(
        TransportAddress To, MessageRole Role, uint Sequence, Instant At, RemotePeer? About, int MaxLength = int.MaxValue);
}
