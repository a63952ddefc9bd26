using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Channels;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Paths;
using Punch.Protocol.Session.Gathering;
using Punch.Protocol.Session.Wires;
using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Session;

/// <summary>
/// Joins a session of streams to the path and the keys of the session around it. A side that is not there for streams only tells a peer
/// with streams that the two do not fit.
/// </summary>
internal sealed class StreamChannel : IStreamHost
{
    /// <summary>The most datagrams that leave at once: what one call to the system can cut up.</summary>
    public const int MaxSegments = 44;

    /// <summary>How long a session waits for a path that is gone: time for a laptop to wake up.</summary>
    public static readonly TimeSpan LongestSuspended = TimeSpan.FromMinutes(10);

    /// <summary>How long it waits if the peer's machine says that nobody is there.</summary>
    public static readonly TimeSpan LongestRefused = TimeSpan.FromSeconds(5);

    private readonly IGathering _gathering;
    private readonly SealedWire _wire;
    private readonly StreamSession _streams;
    private readonly DataStream? _pipe;
    private readonly bool _isWanted;
    private readonly SuspensionReports _suspensions;
    private readonly NumberSkips _skips;
    private SealedSession? _keys;
    private PartyId? _party;
    private Route? _path;
    private Route? _lastPath;
    private Instant? _lostAt;
    private Instant? _refusedAt;
    private DataOutcome? _verdict;
    private bool _hasReceived;
    private bool _hasPeerLeft;

    public StreamChannel(SessionOptions options, IGathering gathering, SealedWire wire, EventQueue events, Instant now)
    {
        _gathering = gathering;
        _wire = wire;
        _suspensions = new SuspensionReports(events);
        _isWanted = options.Streams != StreamUse.Unknown;
        _streams = new StreamSession(options.Streams, SealedSession.Overhead, options.MaxDatagram, now);
        _pipe = _streams.Find(StreamSession.FirstStream);
        _skips = new NumberSkips(new SplitMix64(~options.Seed).Next());
        Pipe = _pipe is null ? null : new SessionStream(_streams, _pipe);
    }

    /// <summary>Whether the session is over because of the streams.</summary>
    public bool IsOver => _verdict is not null || (_streams.State == StreamSessionState.Closed && (_isWanted || IsNoMatch));

    /// <summary>When <see cref="Timeout"/> and <see cref="Settle"/> must be called; null for never.</summary>
    public Instant? NextTimeout => IsOver ? Instant.Zero : Instant.Earlier(_streams.NextTimeout, GivesUpAt);

    /// <summary>Whether both sides' bytes are where they belong.</summary>
    public DataOutcome Outcome
    {
        get
        {
            if (_verdict is { } verdict) { return verdict; }

            if (IsNoMatch) { return DataOutcome.NoMatch; }

            if (_pipe is { Receive.State: ReceiveState.ResetReceived }) { return DataOutcome.PeerFailed; }

            if (IsComplete) { return DataOutcome.Complete; }

            bool isPeersDoing = _streams.End.IsByPeer || _hasPeerLeft;
            return _streams.End.Error is not (StreamError.None or StreamError.Left) ? DataOutcome.Broken
                : isPeersDoing ? DataOutcome.PeerLeft
                : DataOutcome.Unfinished;
        }
    }

    /// <summary>The stream that is open from the beginning; null where there is none.</summary>
    public IByteStream? Pipe { get; }

    /// <summary>The state of the path, as the streams see it.</summary>
    public StreamFlow Flow => _streams.Flow;

    /// <summary>How long the streams have waited for a path, after the first one.</summary>
    public TimeSpan Suspended => _suspensions.Total;

    /// <summary>What was carried.</summary>
    public StreamVolumes Volumes => _streams.Volumes;

    private bool IsComplete => _pipe is { } pipe ? pipe.Send.IsComplete && pipe.Receive.IsComplete
        : !_isWanted || _streams is { State: StreamSessionState.Closing or StreamSessionState.Closed, End.Error: StreamError.None };

    private bool IsNoMatch => _streams.End.Error == StreamError.NoMatch;

    // Without a path nothing comes that could show that the peer is still there.
    private Instant? GivesUpAt => _isWanted && _lostAt is { } lost
        ? lost + (_refusedAt >= lost ? LongestRefused : LongestSuspended)
        : null;

    /// <summary>Follows what changed: keys, path, and the end.</summary>
    public void Settle(Instant now)
    {
        if (IsOver) { return; }

        NoteKeys(now);
        NotePath(now);
        if (_isWanted && _path is not null && !_gathering.PeerCarriesStreams) { _verdict = DataOutcome.OldPeer; }

        if (GivesUpAt <= now) { _verdict = _pipe is { Send.IsOver: true } ? Outcome : DataOutcome.PeerLeft; }

        if (_streams.MayGo(now)) { _streams.Close(StreamError.None); }
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now) => _streams.Timeout(now);

    /// <summary>Takes in a packet of the peer, any bytes.</summary>
    public void Receive(ulong number, ReadOnlySpan<byte> body, Instant now)
    {
        if (_keys is not { NextCounter: > 0 } keys || IsOver) { return; }

        _hasReceived = true;
        _streams.Receive(number, keys.NextCounter - 1, body, now);
        _gathering.Finder.NoteTraffic(now);
    }

    /// <summary>Notes another frame of the peer: packets share their numbers with it.</summary>
    public void NoteFrame(ulong number, Instant now) => _streams.NoteFrame(number, now);

    /// <summary>
    /// The machine at an address said that nobody is there. It may be forged, so it counts only for the last path, and while that is gone.
    /// </summary>
    public void NoteRefused(in TransportAddress by, Instant now)
    {
        if (_lostAt is not null && _lastPath?.Remote == by) { _refusedAt = now; }
    }

    /// <summary>The peer said goodbye.</summary>
    public void NoteGoodbye() => _hasPeerLeft = true;

    /// <summary>This side ends before everything is done.</summary>
    public void Leave() => _streams.Close(StreamError.Left);

    /// <summary>Writes the next packets for a path. Returns their length together, and that of each; 0 if there are none.</summary>
    public int Write(Span<byte> buffer, in Route path, Instant now, out int segment)
    {
        segment = 0;
        if (_keys is not { } keys) { return 0; }

        int first = WriteOne(keys, buffer, now);
        int length = first;
        bool isFull = first == _streams.Recovery.Mtu.Current && path is { Via: Via.Socket, Remote.Transport: Transport.Udp };
        for (int count = 1; isFull && count < MaxSegments && length + first <= SealedSession.MaxLength; count++)
        {
            int next = WriteOne(keys, buffer.Slice(length, first), now);
            length += next;
            isFull = next == first;
        }

        segment = length > first ? first : 0;
        return length;
    }

    /// <inheritdoc/>
    public IByteStream? TryOpen() => !IsOver && _streams.TryOpen() is { } stream ? new SessionStream(_streams, stream) : null;

    /// <inheritdoc/>
    public bool TryAccept([NotNullWhen(true)] out IByteStream? stream)
    {
        stream = _streams.TryAccept(out DataStream? opened) ? new SessionStream(_streams, opened) : null;
        return stream is not null;
    }

    /// <inheritdoc/>
    public int MaxDatagram(ulong flow) => _streams.MaxDatagram(flow);

    /// <inheritdoc/>
    public bool TrySend(ulong flow, ReadOnlySpan<byte> datagram, Instant now) => _streams.TrySend(flow, datagram, now);

    /// <inheritdoc/>
    public bool TryTake(Span<byte> buffer, out ulong flow, out int length, Instant now)
    {
        if (!_streams.TryPeekDatagram(now, out flow, out length)) { return false; }

        _streams.TakeDatagram(buffer[..length]);
        return true;
    }

    /// <inheritdoc/>
    public void Complete() => _streams.Close(StreamError.None);

    private int WriteOne(SealedSession keys, Span<byte> buffer, Instant now)
    {
        if (_skips.Take(keys.NextCounter)) { _streams.Recovery.NoteSkipped(keys.NextCounter++); }

        int most = Math.Min(buffer.Length, SealedSession.MaxLength) - SealedSession.Overhead;
        int length = _streams.WritePacket(keys.NextCounter, buffer.Slice(SealedSession.BodyOffset, most), now);
        return length == 0 ? 0 : keys.Seal(FrameType.Packet, buffer.Slice(SealedSession.BodyOffset, length), buffer);
    }

    private void NoteKeys(Instant now)
    {
        if (ReferenceEquals(_wire.Session, _keys)) { return; }

        bool isOther = _party is { } party && party != _wire.Party;
        if (isOther && _isWanted && (_hasReceived || !_streams.IsUnused)) { _verdict = DataOutcome.PeerReplaced; }
        else if (_keys is not null) { _streams.NoteNewKeys(now); }

        (_keys, _party) = (_wire.Session, _wire.Party);
        if (_keys is null) { return; }

        _skips.Begin(_keys.NextCounter);
        _streams.Assign(_wire.IsLow);
    }

    private void NotePath(Instant now)
    {
        // A side without streams stays silent until the peer sends a packet.
        Route? path = _isWanted || _hasReceived ? _gathering.Finder.Path : null;
        if (path == _path) { return; }

        if (path is not { } way)
        {
            if (_isWanted && !_hasPeerLeft && _streams.State == StreamSessionState.Open) { _suspensions.Begin(now); }

            _streams.LosePath();
            _lostAt = now;
        }
        else
        {
            bool isSameNetwork = _lastPath is { } before && before.Local.Host == way.Local.Host && before.Via == way.Via
                && before.Remote with { Port = 0 } == way.Remote with { Port = 0 };
            _streams.UsePath(isSameNetwork, _gathering.Finder.RoundTrip, now);
            _suspensions.End(now);
            _lostAt = null;
            _lastPath = path;
        }

        _path = path;
    }
}
