namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>More than one call can ask for: a punch and a message to every address, twice over, and an answer.</summary>
    private const int MaxOutgoing = (PeerSessionOptions.MaxRemotes * 4) + 8;

    private readonly Queue<Outgoing> _outgoing = new(MaxOutgoing);
    private Route? _formerPath;
    private uint _sequence;

    private enum MessageRole
    {
        Punch,
        Prime,
        Scheduled,
        Answer,
        LastWord,
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        // Data before messages: a message says how much went before it.
        if (HasDataToSend && _path is { } path)
        {
            transmit = TransmitData(buffer, path);
            return true;
        }

        while (_outgoing.TryDequeue(out Outgoing outgoing))
        {
            int length = outgoing.IsEmpty ? 0 : Write(outgoing, buffer);
            if (length < 0) { continue; }

            transmit = new Transmit(outgoing.To.Local, outgoing.To.Remote, length, outgoing.HopLimit);
            NoteSent(outgoing, length);
            return true;
        }

        transmit = default;
        return false;
    }

    private void BeginPunching(Instant now)
    {
        foreach (Route route in _baseRoutes) { Enqueue(new Outgoing(route, MessageRole.Punch, now)); }

        _schedule.Begin(now);
        SendScheduled(now);
    }

    private void SendScheduled(Instant now)
    {
        if (_path is { } path)
        {
            Enqueue(path, now, MessageRole.Scheduled);
        }
        else
        {
            // One number for all: they are one message that takes several ways, and the peer counts it once.
            uint sequence = NextSequence(now);
            foreach (Route route in _baseRoutes) { Enqueue(new Outgoing(route, MessageRole.Scheduled, now, sequence)); }

            if (_formerPath is { } former && !_baseRoutes.Contains(former)) { Enqueue(new Outgoing(former, MessageRole.Scheduled, now, sequence)); }
        }

        _schedule.Advance(now, IsSettled);
    }

    private void Enqueue(in Route to, Instant now, MessageRole role, RemotePeer? about = null, int maxLength = int.MaxValue) =>
        Enqueue(new Outgoing(to, role, now, NextSequence(now), about, maxLength));

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
        RemotePeer? about = outgoing.About ?? (outgoing.To == _path ? _peer : _peers.Latest(outgoing.To));
        var message = new PeerMessage
        {
            Id = _options.Id,
            Sequence = outgoing.Sequence,
            Seen = about?.Sight(outgoing.At),
            IsLeaving = outgoing.Role == MessageRole.LastWord,
        };
        if (_data is not null && about is not null) { message = AddData(message, about, outgoing); }

        ReadOnlySpan<byte> text = _timeText.At(outgoing.At);
        int padded = Math.Max(_options.Size, PeerMessage.MinLength);
        Span<byte> room = buffer[..Math.Min(buffer.Length, outgoing.MaxLength)];
        int length = message.Write(text, room, Math.Min(padded, room.Length));

        about?.NoteSent(outgoing.Sequence, isNaming: length > 0);
        if (length > 0 && about == _peer) { _dataEnd.NoteSent(outgoing.Sequence, message.HasEnded); }

        // Too small a room for what we saw: the bare message asks a peer that does not pad to show what it saw instead.
        if (length == 0) { length = new PeerMessage { Id = message.Id, Sequence = message.Sequence }.Write(text, room, 0); }

        return length == 0 ? -1 : length;
    }

    private TransportAddress LocalFor(TransportAddress remote)
    {
        foreach (TransportAddress local in _options.Locals)
        {
            if (local.Host.IsV6 == remote.Host.IsV6) { return local; }
        }

        throw new ArgumentException($"no local address of the family of {remote}");
    }

    private void NoteSent(in Outgoing outgoing, int bytes)
    {
        _counters.Sent++;
        _events.Enqueue(new PeerEvent
        {
            Kind = PeerEventKind.Sent,
            Local = outgoing.To.Local,
            Remote = outgoing.To.Remote,
            Elapsed = outgoing.At - _start,
            Datagram = outgoing.IsEmpty ? DatagramKind.Punch : DatagramKind.Message,
            Bytes = bytes,
            Sequence = outgoing.IsEmpty ? null : outgoing.Sequence,
            HopLimit = outgoing.HopLimit,
        });
    }

    private readonly record struct Outgoing(
        Route To, MessageRole Role, Instant At, uint Sequence = 0, RemotePeer? About = null, int MaxLength = int.MaxValue, byte HopLimit = 0, bool IsAsking = false)
    {
        public bool IsEmpty => Role is MessageRole.Punch or MessageRole.Prime;
    }
}
