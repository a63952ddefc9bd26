using System.Diagnostics;
using Punch.Protocol.Channels;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Session.Gathering;
using Punch.Protocol.Text;

namespace Punch.Protocol.Session;

/// <summary>
/// What the two sides say to each other: when a message is sent, when one is answered at once, what a message proves, and when this
/// side is done and leaves.
/// </summary>
internal sealed class Exchange
{
    /// <summary>
    /// Replies to messages that carry no proof, at once and a second: a forger of the peer's address gets no flood out of us.
    /// </summary>
    public const int UnprovenReplies = 20;

    /// <summary>A side with a long interval speaks up sooner for a peer that needs to hear it.</summary>
    private static readonly TimeSpan LongestUnheard = TimeSpan.FromSeconds(10) / 3;

    /// <summary>How long another id must wait before it may take over from one that speaks from another address.</summary>
    private static readonly TimeSpan TakeoverPause = TimeSpan.FromSeconds(2);

    private readonly SessionOptions _options;
    private readonly IGathering _gathering;
    private readonly PathFinder _finder;
    private readonly Conversation _conversation;
    private readonly DatagramChannel? _channel;
    private readonly Departure _departure;
    private readonly MessageSender _sender;
    private readonly SessionCounters _counters;
    private readonly bool _isAuthentic;
    private TokenBucket _unproven = new(UnprovenReplies, UnprovenReplies);
    private Route _lastPath;
    private int _opens;
    private bool _isDataRefused;
    private bool _wasOpen;

    public Exchange(
        SessionOptions options, IGathering gathering, SessionCounters counters, EventQueue events, Outbox outbox, Instant now)
    {
        _options = options;
        _gathering = gathering;
        _finder = gathering.Finder;
        _isAuthentic = gathering.Wire.IsAuthentic;
        _conversation = new Conversation(options, gathering.Wire.MaxPayload, counters, now);
        _channel = options.Use == PathUse.Data ? new DatagramChannel(hasOwnNumbers: !_isAuthentic) : null;
        _departure = new Departure(options.Use);
        _counters = counters;
        Reports = new TrafficReports(counters, events);
        _sender = new MessageSender(options, _conversation, outbox);
    }

    /// <summary>Whether this side may go: nothing is left to say or to wait for.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Carries the data; null where there is none.</summary>
    public DatagramChannel? Channel => _channel;

    /// <summary>The messages.</summary>
    public Conversation Conversation => _conversation;

    /// <summary>Reports what comes and goes.</summary>
    public TrafficReports Reports { get; }

    /// <summary>Where messages go: the open path, or the last one while this side says its last messages.</summary>
    public Route? Route => _finder.Path ?? (_departure.IsLeaving ? _lastPath : null);

    /// <summary>Whether this side says its last messages.</summary>
    public bool IsLeaving => _departure.IsLeaving;

    public Instant? NextTimeout => _departure.IsLeaving || _finder.Path is null
        ? _departure.NextTimeout
        : Instant.Earlier(_sender.Next, _channel?.NextTimeout(RoundTrip));

    public DataOutcome DataOutcome =>
        _channel?.Outcome(_conversation.Peer is not null || _opens > 0, _conversation.Peer?.HasLeft ?? false) ?? DataOutcome.Complete;

    // Nobody waits for a message of ours.
    private bool IsSettled => _finder.Path is not null && _conversation.Peer is { HasProof: true } && _channel?.IsSettled != false;

    private bool PeerHasProof => (_isAuthentic && _finder.PeerHasProof) || _conversation.Peer is { HasProof: true };

    private TimeSpan RoundTrip => _conversation.RoundTrips.HasAny ? _conversation.RoundTrips.Last : _finder.RoundTrip;

    // Without anything else, the messages are the traffic.
    private bool IsTalk => _options.Use is PathUse.Messages or PathUse.HandOver;

    // With data the messages only keep the path open, unless data flows.
    private TimeSpan? Quiet => IsTalk ? null : _gathering.QuietPause;

    private bool IsDone => _finder.Path is not null && _options.Use switch
    {
        PathUse.Messages => _counters.Answered >= _options.Count,
        PathUse.HandOver => true,
        PathUse.Data => _channel!.IsDone,
        PathUse.Streams => false,
        _ => throw new UnreachableException(),
    };

    private bool MayGo => _departure.MayGo(PeerHasProof, _channel?.IsOver(_conversation.Peer?.HasLeft ?? false) ?? true);

    /// <summary>Whether to end when the peer leaves: this is a bounded check or a transfer, and the next peer is another one.</summary>
    public bool FollowsPeer => _options.Count is not null || _options.Use != PathUse.Messages;

    /// <summary>Does what has come due.</summary>
    public void Timeout(Instant now)
    {
        if (_departure.IsTimeUp(now)) { IsOver = true; }
        else if (_departure.IsRepeatDue(now)) { Send(Route!.Value, new MessageParts(IsLeaving: true), now); }
    }

    /// <summary>What follows from a change, whatever it was.</summary>
    public void Settle(Instant now)
    {
        NoticePath(now);
        _departure.NoteStranded(_finder.Path is null && _opens > 0 && (_isDataRefused || _channel?.IsUnconfirmed == true), now);
        if (!_departure.IsLeaving && _finder.Path is not null && _sender.Next <= now) { SendScheduled(now); }

        bool isOpen = _finder.Path is not null && !_departure.IsLeaving;
        if (isOpen && _channel?.IsAskDue(RoundTrip, now) == true) { Ask(now); }
    }

    /// <inheritdoc cref="MessageSender.SendProbe"/>
    public void SendProbe(in ProbeOrder order, Instant now) => _sender.SendProbe(order, now);

    /// <summary>A message of the peer, or of a forger of its address.</summary>
    public void Receive(in PeerMessage message, in Route route, int bytes, Instant now)
    {
        _counters.Messages++;
        Receipt receipt = _conversation.Receive(message, route, now);
        Reports.Report(route, DatagramKind.Message, bytes, now, message.Sequence, receipt);
        bool wasOpen = _finder.Path is not null;
        Follow(receipt, route, now);
        if (receipt.Peer == _conversation.Peer) { _channel?.NoteNumbers(message.HasNumbers); }

        bool isFromPath = _isAuthentic || (receipt.Proves && receipt.Peer == _conversation.Peer && route == _finder.Path);
        if (isFromPath && receipt.IsNewest) { ReceiveCounts(message, now); }

        bool isFirstProof = receipt.IsFirstProof || (receipt.Proves && !wasOpen);
        bool showsPeersProof = receipt.Proves && receipt.Peer.HasProof;
        bool isDataWaiting = isFromPath && _channel?.IsReplyDue(message) == true;
        bool isReplyDue = isFirstProof || !showsPeersProof || message.IsLeaving || isDataWaiting || (receipt.IsNewRoute && !_isAuthentic);
        if (isReplyDue) { ReplyUnlessSilent(route, bytes, receipt, message, now); }
        else if (IsOnPath(route) && receipt.Order != SequenceOrder.Repeated && !_departure.IsLeaving && IsTurn(now)) { SendScheduled(now); }

        ConsiderLeaving(message.IsLeaving && (receipt.Proves || _isAuthentic) ? receipt.Peer : null, receipt.Seen.Sequence, now);
    }

    /// <summary>Takes in bytes that are no message. Returns where data begins in them; 0 where they are none.</summary>
    public int ReceiveBytes(in Route route, ReadOnlySpan<byte> datagram, in DataArrival arrival, Instant now)
    {
        int bytes = datagram.Length;
        bool isRepeated = false;

        // The empty datagram of the original program comes bare; in a sealed frame it is one that the peer sent.
        bool isPunch = bytes == 0 && !_isAuthentic;
        int start = !isPunch && IsData(route) ? _channel!.Take(datagram, arrival, out isRepeated) : -1;
        if (start >= 0)
        {
            _finder.NoteTraffic(now);
            if (!isRepeated) { Reports.Report(route, DatagramKind.Data, bytes - start, now); }

            return start;
        }

        Reports.Report(route, isPunch ? DatagramKind.Punch : DatagramKind.Plain, bytes, now);
        if (bytes == 0) { return 0; }

        _counters.Plain++;

        // A peer that can prove both directions is waited for; the original program never will.
        bool isEnough = _options.Requirement == Requirement.OneWay && !_conversation.HasPeers && _counters.Plain >= _options.Count;
        if (isEnough) { IsOver = true; }

        return 0;
    }

    /// <summary>The peer said goodbye by the wire, not by a message. What it sent before may still come.</summary>
    public void Part(Instant now)
    {
        if (_conversation.Peer is { } peer) { peer.HasLeft = true; }

        _gathering.Part(now);
    }

    /// <summary>Ends as Ctrl-C does: with a last message on an open path.</summary>
    public void Stop(Instant now)
    {
        if (_finder.Path is { } path) { Send(path, new MessageParts(IsLeaving: true), now); }
    }

    /// <summary>Takes data for sending; false while there is no way for it, or enough is under way.</summary>
    public bool TrySendData(ReadOnlySpan<byte> payload, Instant now)
    {
        bool isOpen = _finder.Path is not null && !_departure.IsLeaving;
        bool isKnown = _gathering.PeerTrustsPathProof || _conversation.Peer is { HasProof: true };
        _isDataRefused = _finder.Path is null;
        if (!isOpen || !isKnown || _channel is null || !_channel.TryQueue(payload, now, out bool isAskDue)) { return false; }

        _finder.NoteTraffic(now);
        if (isAskDue) { Ask(now); }

        return true;
    }

    /// <summary>All data was taken. The peer is told until it has confirmed it.</summary>
    public void EndData(Instant now)
    {
        if (_channel is null || _channel.HasEnded) { return; }

        _channel.End();
        if (_finder.Path is null || _departure.IsLeaving) { return; }

        _sender.BeginLadder(now);
        SendScheduled(now);
        ConsiderLeaving(departing: null, seen: 0, now);
    }

    /// <summary>The rest of the data could not be read: says so and leaves.</summary>
    public void FailData(Instant now)
    {
        if (_channel is null || _channel.HasEnded || _channel.HasFailed) { return; }

        _channel.Fail();
        if (_finder.Path is null) { IsOver |= !_departure.IsLeaving; }
        else if (!_departure.IsLeaving) { BeginLeaving(now); }
    }

    /// <summary>Asks the peer to pause, or to go on.</summary>
    public void HoldData(bool isFull, Instant now)
    {
        if (_channel is null || _channel.IsFull == isFull) { return; }

        _channel.IsFull = isFull;
        if (_finder.Path is { } path) { Send(path, new MessageParts(IsLeaving: _departure.IsLeaving), now); }
    }

    private void NoticePath(Instant now)
    {
        if (_finder.Path is null && _wasOpen) { _conversation.Lapse(); }

        _wasOpen = _finder.Path is not null;
        if (_isAuthentic && IsTalk && _finder.Path is { } path) { _sender.Repeat(_finder.Rescues, path, now); }

        if (BeginsPath(now)) { ConsiderLeaving(departing: null, seen: 0, now); }
    }

    // An open path begins the ladder: the first message is due, unless a reply goes anyway.
    private bool BeginsPath(Instant now)
    {
        if (_finder.Path is { } path) { _lastPath = path; }

        if (_finder.Opens == _opens) { return false; }

        _opens = _finder.Opens;
        _sender.BeginLadder(now);
        return true;
    }

    // What a message shows of the path and of who is at its other end.
    private void Follow(in Receipt receipt, in Route route, Instant now)
    {
        RemotePeer peer = receipt.Peer;
        if (_isAuthentic)
        {
            _finder.PeerHasProof = true;
            if (IsTalk) { _finder.NoteTraffic(now); }

            if (receipt.IsNewest && !peer.HasLeft) { _conversation.Use(peer, _channel); }

            return;
        }

        if (!receipt.Proves || !receipt.IsNewest || peer.HasLeft) { return; }

        if (_finder.Path is { } path && peer != _conversation.Peer)
        {
            // A restarted peer comes back from the same address; another one behind the same NAT has to wait until the path is free.
            TimeSpan silentFor = now - _finder.PathHeardAt;
            if (route != path && silentFor < TakeoverPause) { return; }

            _finder.Close(silentFor, now);
        }

        if (_finder.Path is null && !peer.MayOpen(receipt.Seen.Sequence, _gathering.HasSeveralStreams ? _options.Id : 0)) { return; }

        if (_finder.Path is null) { _conversation.Use(peer, _channel); }

        TimeSpan? roundTrip = receipt.RoundTrip ?? (_conversation.RoundTrips.HasAny ? _conversation.RoundTrips.Last : null);
        _finder.Prove(route, new PathProof(roundTrip, receipt.IsFresh, Yields: _options.Id > peer.Id), now);
        BeginsPath(now);
    }

    private bool IsOnPath(in Route route) => _finder.Path is { } path && (_isAuthentic || route == path);

    /// <summary>Data comes from where the peer is known to be, and is no message. Nobody else is listened to.</summary>
    private bool IsData(in Route route) => _channel is not null
        && (_isAuthentic || (_finder.Path is { } path && (route == path || route == _conversation.Peer!.Route || _finder.IsNamed(route))));

    private void ReceiveCounts(in PeerMessage message, Instant now)
    {
        if (_channel?.Receive(message, _conversation.RoundTrips.Last, _conversation.RoundTrips.Shortest) != true) { return; }

        Reports.ReportEnd(Route, now);
    }

    // A flood sends one message for each that came.
    private bool IsTurn(Instant now) => _options.Interval == TimeSpan.Zero || now - _sender.SentAt >= LongestUnheard;

    // Where the path is handed over, a last message is answered by the rules of leaving alone.
    private void ReplyUnlessSilent(in Route route, int bytes, in Receipt receipt, in PeerMessage message, Instant now)
    {
        bool isLeavingsBusiness = _options.Use == PathUse.HandOver && receipt.Peer == _conversation.Peer && message.IsLeaving;
        if (!isLeavingsBusiness && _departure.State != DepartureState.Silent) { Reply(route, bytes, receipt, now); }
    }

    // A source can be forged, that of the open path, too: a message without proof gets no more bytes than it brought, at a bounded rate.
    private void Reply(in Route route, int bytesReceived, in Receipt receipt, Instant now)
    {
        bool isPath = IsOnPath(route);
        bool isProven = _isAuthentic ? isPath : receipt.IsProof;
        if (!isProven && !_unproven.TrySpend(now)) { return; }

        var parts = new MessageParts(receipt.Peer, isProven || _isAuthentic ? null : bytesReceived, IsLeaving: _departure.IsLeaving);
        Send(_isAuthentic ? Route ?? route : route, parts, now);
        if (isPath && isProven) { _sender.Advance(now, IsSettled, Quiet); }
    }

    private void SendScheduled(Instant now)
    {
        Send(_finder.Path!.Value, default, now);
        _sender.Advance(now, IsSettled, Quiet);
    }

    private void Ask(Instant now)
    {
        _channel!.NoteAsked(now);
        if (_finder.Path is { } path) { Send(path, new MessageParts(IsAsking: true), now); }
    }

    private void Send(in Route route, in MessageParts parts, Instant now)
    {
        uint sequence = _sender.Send(route, parts, now);
        if (parts.IsLeaving) { _departure.NoteSent(sequence, now); }

        if (IsTalk && _isAuthentic) { _finder.NoteTraffic(now); }
    }

    /// <summary>Leaves when all is done, or when the peer, which must not wait for us, said that it leaves.</summary>
    private void ConsiderLeaving(RemotePeer? departing, uint seen, Instant now)
    {
        bool hasPeerLeft = departing is not null && departing == _conversation.Peer && _finder.Path is not null;
        if (departing is not null) { departing.HasLeft = true; }

        if (hasPeerLeft && _options.Use == PathUse.HandOver)
        {
            FallSilent(seen, now);
        }
        else if (_departure.IsLeaving)
        {
            if (_channel is { IsUnconfirmed: false }) { _departure.NoteConfirmed(now); }

            IsOver |= MayGo;
        }
        else if (IsDone || (hasPeerLeft && FollowsPeer))
        {
            BeginLeaving(now);
        }
        else if (hasPeerLeft)
        {
            _gathering.Part(now);
        }
    }

    private void BeginLeaving(Instant now)
    {
        if (_options.Use == PathUse.HandOver) { _gathering.GiveUpSeats(now); }

        _departure.Begin(RoundTrip, _channel?.IsUnconfirmed ?? false, now);
        Send(Route!.Value, new MessageParts(IsLeaving: true), now);
        IsOver |= MayGo;
    }

    private void FallSilent(uint seen, Instant now)
    {
        bool isHeard = _departure.IsHeard(seen);
        if (isHeard && _departure.State == DepartureState.Silent) { return; }

        if (!_departure.IsLeaving) { BeginLeaving(now); }
        else if (!isHeard) { Send(Route!.Value, new MessageParts(IsLeaving: true), now); }

        _departure.FallSilent(isHeard, RoundTrip, now);
    }
}
