namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>A third of <see cref="ShortestSilence"/>: a peer with a short interval must not take ours for a dead path.</summary>
    private static readonly TimeSpan LongestUnheard = ShortestSilence / 3;

    /// <summary>
    /// The most answers at once to messages that carry no proof, more than two ladders: whoever forges the peer's address gets no flood
    /// out of us.
    /// </summary>
    internal const int UnprovenAnswersAtOnce = 20;

    private TokenBucket _answers = new(burst: UnprovenAnswersAtOnce, perSecond: 20);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (IsEnded) { return; }

        var route = new Route(datagram.To, datagram.From);
        TransportAddress from = datagram.From;
        int bytes = datagram.Payload.Length;
        if (!IsPeerHost(from.Host))
        {
            _counters.Strangers++;
            NoteReceived(from, DatagramKind.Stranger, bytes, now);
            return;
        }

        PeerMessageParse parse = PeerMessage.Parse(datagram.Payload, out PeerMessage message, out _);
        if (parse == PeerMessageParse.Foreign && bytes > 0 && IsData(route))
        {
            ReceiveData(from, bytes, now);
            return;
        }

        _counters.Received++;
        _counters.HeardFrom = from;
        switch (parse)
        {
            case PeerMessageParse.Message:
                ReceiveMessage(route, bytes, message, now);
                break;
            case PeerMessageParse.OtherVersion:
                _counters.OtherVersions++;
                NoteReceived(from, DatagramKind.OtherVersion, bytes, now);
                break;
            case PeerMessageParse.Foreign:
            default:
                ReceivePlain(from, bytes, now);
                break;
        }
    }

    private bool IsPeerHost(HostAddress host)
    {
        foreach (TransportAddress remote in _remotes)
        {
            if (remote.Host == host) { return true; }
        }

        return false;
    }

    private void ReceivePlain(TransportAddress from, int bytes, Instant now)
    {
        NoteReceived(from, bytes == 0 ? DatagramKind.Punch : DatagramKind.Plain, bytes, now);
        if (bytes == 0) { return; }

        _counters.Plain++;

        // A peer that can prove both directions is waited for; the original program never will.
        bool isEnough = _options.Requirement == Requirement.OneWay && _peers.Count == 0 && _counters.Plain >= _options.Count;
        if (isEnough) { End(now); }
    }

    private void ReceiveMessage(in Route route, int bytes, in PeerMessage message, Instant now)
    {
        _counters.Messages++;
        RemotePeer? known = _peers.Find(message.Id);
        RemotePeer peer = known ?? _peers.Add(message.Id, route, now, _peer);
        bool isNewAddress = known is null || peer.Route != route;
        SequenceOrder order = peer.Receive(message.Sequence, route, now);
        CountOrder(order);

        bool hadProof = _path is not null && peer.IsProven;
        bool proves = Proves(message, out Sighting seen);
        TimeSpan? roundTrip = proves ? Confirm(peer, seen, now) : null;
        NoteReceived(route.Remote, DatagramKind.Message, bytes, now, message.Sequence, roundTrip);
        if (proves && order == SequenceOrder.Newest && !peer.HasLeft) { ChoosePath(peer, route, now); }

        bool isFromPath = proves && peer == _peer && route == _path;
        if (isFromPath && order == SequenceOrder.Newest) { ReceiveCounts(message, seen, now); }

        bool isFirstProof = proves && !hadProof;
        bool showsPeersProof = proves && peer.HasProof;
        bool isAnswerDue = isNewAddress || isFirstProof || !showsPeersProof || message.IsLeaving || (isFromPath && IsDataAnswerDue(message, seen));
        if (isAnswerDue) { AnswerUnlessSilent(route, bytes, peer, message, now); }
        else if (route == _path && order != SequenceOrder.Repeated && _leaving is null && IsReplyDue(now)) { SendScheduled(now); }

        ConsiderLeaving(message.IsLeaving && proves ? peer : null, seen, now);
    }

    /// <summary>Where the path is handed over, a last word is answered by the rules of leaving alone.</summary>
    private void AnswerUnlessSilent(in Route route, int bytes, RemotePeer peer, in PeerMessage message, Instant now)
    {
        bool isLeavingsBusiness = _options.Use == PathUse.HandOver && peer == _peer && message.IsLeaving;
        if (!isLeavingsBusiness && _leaving is not { IsSilent: true }) { Answer(route, bytes, peer, now); }
    }

    /// <summary>A flood sends one message for each that came; a side with a long interval speaks up for a peer that needs to hear it sooner.</summary>
    private bool IsReplyDue(Instant now) => _options.Interval == TimeSpan.Zero || now - _schedule.SentAt >= LongestUnheard;

    private bool Proves(in PeerMessage message, out Sighting seen)
    {
        seen = message.Seen.GetValueOrDefault();
        return message.Seen is not null && seen.Id == _options.Id && seen.Sequence >= 1 && seen.Sequence <= _sequence;
    }

    private void CountOrder(SequenceOrder order)
    {
        if (order == SequenceOrder.Repeated) { _counters.Duplicates++; }

        if (order == SequenceOrder.Late) { _counters.Reordered++; }
    }

    private void Answer(in Route to, int bytesReceived, RemotePeer peer, Instant now)
    {
        // To an address that nobody named and nothing proved: only a bounded rate, and never more bytes than came.
        bool isPath = to == _path;
        bool isTrusted = isPath || _remotes.Contains(to.Remote);
        if (!isPath && !_answers.TrySpend(now)) { return; }

        Enqueue(to, now, _leaving is null ? MessageRole.Answer : MessageRole.LastWord, peer, isTrusted ? int.MaxValue : bytesReceived);
        if (isPath) { _schedule.Advance(now, IsSettled); }
    }

    private void NoteReceived(
        TransportAddress from, DatagramKind kind, int bytes, Instant now, uint? sequence = null, TimeSpan? roundTrip = null) =>
        _events.Enqueue(new PeerEvent
        {
            Kind = PeerEventKind.Received,
            Remote = from,
            Elapsed = now - _start,
            Datagram = kind,
            Bytes = bytes,
            Sequence = sequence,
            RoundTrip = roundTrip,
        });
}
