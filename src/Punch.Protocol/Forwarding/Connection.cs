using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>
/// A connection that is carried by a stream. This side opened the stream for a program here, or the peer did for one over there.
/// </summary>
internal sealed class Connection
{
    private readonly IByteStream _stream;
    private readonly IJoint _joint;
    private readonly Instant _since;
    private readonly ForwardEvent _about;
    private Phase _phase;

    private Connection(IByteStream stream, IJoint joint, in ForwardEvent about, Phase phase, Instant now)
    {
        _stream = stream;
        _joint = joint;
        _about = about with { Id = stream.Id };
        _phase = phase;
        _since = now;
    }

    private enum Phase
    {
        /// <summary>The peer has not said yet what became of the wish. Bytes go out already.</summary>
        Asked,

        /// <summary>It is open.</summary>
        Open,

        /// <summary>It is over.</summary>
        Over,
    }

    /// <summary>The number of its stream.</summary>
    public ulong Id => _stream.Id;

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsOver => _phase == Phase.Over;

    /// <summary>When <see cref="Turn"/> must be called, even if nothing came.</summary>
    public Instant? Next => _joint.Next;

    /// <summary>
    /// Is told what the peer replied, before anything else is done, and closes the end of a connection that is not open; null for nobody.
    /// </summary>
    public Action<OpenReply>? Replied { get; init; }

    /// <summary>A connection of a program here, whose stream has just been opened. The wish goes out with the first bytes.</summary>
    public static Connection Ask(
        IByteStream stream, in OpenRequest request, IJoint joint, in ForwardEvent about, Action<OpenReply>? replied, Instant now)
    {
        Span<byte> head = stackalloc byte[OpenRequest.MaxLength];
        stream.Write(head[..request.Write(head)], now);
        return new Connection(stream, joint, about, Phase.Asked, now) { Replied = replied };
    }

    /// <summary>A connection that was made for the peer. The peer is told so.</summary>
    public static Connection Confirm(IByteStream stream, IJoint joint, in ForwardEvent about, Instant now)
    {
        Span<byte> reply = stackalloc byte[OpenReply.MaxLength];
        stream.Write(reply[..new OpenReply(OpenStatus.Done, 0).Write(reply)], now);
        return new Connection(stream, joint, about, Phase.Open, now);
    }

    /// <summary>Tells the peer that its wish did not come about.</summary>
    public static void Refuse(IByteStream stream, OpenStatus status, Instant now)
    {
        Span<byte> reply = stackalloc byte[OpenReply.MaxLength];
        stream.Write(reply[..new OpenReply(status, 0).Write(reply)], now);
        stream.Finish(now);
        stream.Refuse(now);
    }

    /// <summary>Does what can be done.</summary>
    public void Turn(Queue<ForwardEvent> events, Instant now)
    {
        if (_phase == Phase.Asked) { HearReply(events, now); }

        if (_phase == Phase.Asked) { _joint.Send(now); }
        else if (_phase == Phase.Open) { _joint.Turn(now); }

        if (_phase != Phase.Open || !_joint.IsOver) { return; }

        _phase = Phase.Over;
        (long sent, long received) = _joint.Carried;
        events.Enqueue(_about with { Kind = ForwardEventKind.Closed, Sent = sent, Received = received, Lasted = now - _since });
    }

    /// <summary>A datagram of the peer.</summary>
    public void Deliver(ReadOnlySpan<byte> datagram, Instant now)
    {
        // The first ones may come before the reply: the peer sends both at once.
        if (_phase != Phase.Over) { _joint.Deliver(datagram, now); }
    }

    /// <summary>Ends it at once.</summary>
    public void Abort(Instant now)
    {
        if (_phase != Phase.Over) { _joint.Abort(now); }

        _phase = Phase.Over;
    }

    private void HearReply(Queue<ForwardEvent> events, Instant now)
    {
        ReadOutcome outcome = OpenReply.Read(_stream.Peek(), out OpenReply reply, out int length);
        bool isLost = outcome == ReadOutcome.Incomplete && (_stream.HasPeerFailed || _stream.IsAtEnd);
        if (outcome == ReadOutcome.Incomplete && !isLost) { return; }

        if (isLost) { reply = new OpenReply(OpenStatus.Gone, 0); }
        else { _joint.Skip(length, now); }

        Replied?.Invoke(reply);
        if (reply.Status == OpenStatus.Done)
        {
            _phase = Phase.Open;
            events.Enqueue(_about with { Kind = ForwardEventKind.Opened });
            return;
        }

        if (Replied is null) { _joint.Abort(now); }
        else
        {
            _stream.Fail(now);
            _stream.Refuse(now);
        }

        _phase = Phase.Over;
        events.Enqueue(_about with { Kind = ForwardEventKind.Refused, Status = reply.Status });
    }
}
