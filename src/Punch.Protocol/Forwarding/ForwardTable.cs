using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>
/// The forwards of a session, without a socket or a clock: ports that listen here, wishes of the peer, and the connections of both. One
/// connection that fails touches no other.
/// </summary>
/// <param name="host">Opens the streams.</param>
/// <param name="network">Connects and listens.</param>
/// <param name="remotes">The ports that the peer is asked to listen at.</param>
/// <param name="most">The most connections at a time; further ones wait.</param>
public sealed class ForwardTable(IStreamHost host, IForwardNetwork network, IReadOnlyList<RemoteListen> remotes, int most) : IDisposable
{
    /// <summary>The connections that may be under way at once for the peer.</summary>
    public const int MostDials = 16;

    /// <summary>The ports that the peer may have listening here.</summary>
    public const int MostListens = 16;

    private readonly ListenWish[] _wishes = [.. remotes.Select(remote => new ListenWish(remote))];
    private readonly List<ListenEntry> _ports = [];
    private readonly List<PeerRequest> _requests = [];
    private readonly List<Connection> _connections = [];
    private readonly Queue<ForwardEvent> _events = new();
    private readonly byte[] _buffer = new byte[65_535];

    /// <summary>The connections that are open, or that the peer was asked for.</summary>
    public int Open => _connections.Count;

    /// <summary>When <see cref="Turn"/> must be called, even if nothing came; null for never.</summary>
    public Instant? Next
    {
        get
        {
            Instant? next = null;
            foreach (Connection connection in _connections) { next = Instant.Earlier(next, connection.Next); }

            return next;
        }
    }

    /// <summary>A port of this side listens.</summary>
    /// <param name="port">The port, which the table closes.</param>
    /// <param name="target">What each connection asks of the peer.</param>
    public void Add(IListenPort port, in OpenRequest target)
    {
        _ports.Add(new ListenEntry(port, target, Control: null));
        _events.Enqueue(new ForwardEvent(ForwardEventKind.Listening) { From = port.Local, To = target.Target, IsOwn = true });
    }

    /// <summary>Opens a connection for a program here.</summary>
    /// <param name="end">Its end, which the table closes.</param>
    /// <param name="request">What to ask of the peer.</param>
    /// <param name="replied">Is told what became of it; null for nobody.</param>
    /// <param name="now">The current time.</param>
    /// <returns>False while no stream can be had.</returns>
    public bool TryOpen(in NetworkEnd end, in OpenRequest request, Action<OpenReply>? replied, Instant now)
    {
        if (host.TryOpen() is not { } stream) { return false; }

        var about = new ForwardEvent(ForwardEventKind.Opened) { From = end.Remote, To = request.Target, IsOwn = true };
        _connections.Add(Connection.Ask(stream, request, Joint(stream, end, now), about, replied, now));
        return true;
    }

    /// <summary>Takes the next event; false if there is none.</summary>
    public bool TryEvent(out ForwardEvent e) => _events.TryDequeue(out e);

    /// <summary>Does what can be done.</summary>
    public void Turn(Instant now)
    {
        AskForListens(now);
        while (host.TryAccept(out IByteStream? stream)) { _requests.Add(new PeerRequest(stream, now)); }

        _requests.RemoveAll(request => TryAnswer(request, now));
        TakeDatagrams(now);
        _ports.RemoveAll(port => HasEnded(port, now));
        foreach (ListenEntry port in _ports) { Accept(port, now); }

        foreach (Connection connection in _connections) { connection.Turn(_events, now); }

        _connections.RemoveAll(connection => connection.IsOver);
    }

    /// <summary>Ends all: connections by a fault, ports at once.</summary>
    public void Abort(Instant now)
    {
        foreach (Connection connection in _connections) { connection.Abort(now); }

        _connections.Clear();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ListenEntry port in _ports)
        {
            port.Waiting?.Bytes?.Dispose();
            port.Waiting?.Datagrams?.Dispose();
            port.Port.Dispose();
        }

        foreach (PeerRequest request in _requests) { request.Dispose(); }

        _ports.Clear();
        _requests.Clear();
    }

    private IJoint Joint(IByteStream stream, in NetworkEnd end, Instant now) => end.Bytes is { } bytes
        ? new StreamJoint(stream, bytes)
        : new DatagramJoint(host, stream, end.Datagrams!, _buffer, now);

    private void AskForListens(Instant now)
    {
        Span<byte> head = stackalloc byte[OpenRequest.MaxLength];
        foreach (ListenWish wish in _wishes)
        {
            if (wish.Control is null)
            {
                wish.Control = host.TryOpen();
                wish.Control?.Write(head[..wish.Remote.Place.Write(head)], now);
            }

            if (wish is { IsReplied: false, Control: { } control }) { HearListen(wish, control, now); }
        }
    }

    private void HearListen(ListenWish wish, IByteStream control, Instant now)
    {
        if (OpenReply.Read(control.Peek(), out OpenReply reply, out int length) != ReadOutcome.Whole) { return; }

        control.Take(length, now);
        wish.IsReplied = true;
        RemoteListen remote = wish.Remote;
        ulong port = reply.Number == 0 ? remote.Place.Number : reply.Number;
        _events.Enqueue(new ForwardEvent(
            reply.Status == OpenStatus.Done ? ForwardEventKind.Listening : ForwardEventKind.ListenFailed)
        {
            From = (remote.Place with { Number = port }).Target,
            To = remote.Target.Target,
            Status = reply.Status,
        });
    }

    private bool TryAnswer(PeerRequest request, Instant now)
    {
        if (!request.TryRead(now))
        {
            request.Stream.Fail(now);
            request.Stream.Refuse(now);
            request.Dispose();
            return true;
        }

        if (request.Wanted is not { } wanted) { return false; }

        if (wanted.Kind.Listens())
        {
            Listen(request.Stream, wanted, now);
            return true;
        }

        return request.IsDialing ? TryConnect(request, wanted, now) : !TryDial(request, wanted, now);
    }

    // False if it was refused.
    private bool TryDial(PeerRequest request, in OpenRequest wanted, Instant now)
    {
        bool isAccepted = wanted.Kind.IsAccepted();
        if (TargetOf(wanted) is not { } target)
        {
            Refuse(request, wanted, OpenStatus.NotAllowed, now);
            return false;
        }

        int dials = 0;
        foreach (PeerRequest other in _requests) { dials += other.IsDialing ? 1 : 0; }

        // The next ones wait their turn: a peer that opens many at once is served one after the other.
        if (dials < MostDials && _connections.Count < most) { request.Dial(network, target, isAccepted); }

        return true;
    }

    // Where something leads that came to a port over there: only this side says that.
    private OpenRequest? TargetOf(in OpenRequest wanted)
    {
        if (!wanted.Kind.IsAccepted()) { return wanted; }

        foreach (ListenWish wish in _wishes)
        {
            bool isSameKind = wish.Remote.Place.Kind.HasDatagrams() == wanted.Kind.HasDatagrams();
            if (wish.Control?.Id == wanted.Number && isSameKind) { return wish.Remote.Target; }
        }

        return null;
    }

    private bool TryConnect(PeerRequest request, in OpenRequest wanted, Instant now)
    {
        if (!request.TryTake(out NetworkEnd end)) { return false; }

        if (end.Status != OpenStatus.Done)
        {
            Refuse(request, wanted, end.Status, now);
            return true;
        }

        request.Dispose();
        IJoint joint = Joint(request.Stream, end, now);
        var about = new ForwardEvent(ForwardEventKind.Opened)
        {
            Id = request.Stream.Id,
            From = wanted.Kind.IsAccepted() ? wanted.Text : "",
            To = TargetOf(wanted)?.Target ?? "",
        };
        _connections.Add(Connection.Confirm(request.Stream, joint, about, now));
        _events.Enqueue(about);
        return true;
    }

    private void Refuse(PeerRequest request, in OpenRequest wanted, OpenStatus status, Instant now)
    {
        Connection.Refuse(request.Stream, status, now);
        request.Dispose();
        _events.Enqueue(new ForwardEvent(ForwardEventKind.Refused)
        {
            Id = request.Stream.Id,
            From = "",
            To = TargetOf(wanted)?.Target ?? wanted.Target,
            Status = status,
        });
    }

    private void Listen(IByteStream control, in OpenRequest place, Instant now)
    {
        int taken = 0;
        foreach (ListenEntry entry in _ports) { taken += entry.Control is null ? 0 : 1; }

        IListenPort? port = null;
        OpenStatus status = taken < MostListens ? network.Listen(place, isOwn: false, out port) : OpenStatus.TooMany;
        var about = new ForwardEvent(ForwardEventKind.ListenFailed) { From = place.Target, To = "", Status = status };
        if (port is null)
        {
            Connection.Refuse(control, status, now);
            _events.Enqueue(about);
            return;
        }

        Span<byte> reply = stackalloc byte[OpenReply.MaxLength];
        control.Write(reply[..new OpenReply(OpenStatus.Done, (ulong)port.Port).Write(reply)], now);
        _ports.Add(new ListenEntry(port, Target: null, control));
        _events.Enqueue(about with { Kind = ForwardEventKind.Listening, From = port.Local });
    }

    private static bool HasEnded(ListenEntry entry, Instant now)
    {
        if (entry.Control is not { } control || !(control.HasPeerFailed || control.IsAtEnd || control.IsUnwanted)) { return false; }

        control.Consume(control.Taken, now);
        control.Finish(now);
        entry.Port.Dispose();
        return true;
    }

    private void Accept(ListenEntry entry, Instant now)
    {
        while (_connections.Count < most && (entry.Waiting is not null || TryAccept(entry)))
        {
            NetworkEnd end = entry.Waiting!.Value;
            if (!TryOpen(end, entry.RequestFor(end), replied: null, now)) { return; }

            entry.Waiting = null;
        }
    }

    private static bool TryAccept(ListenEntry entry)
    {
        bool isAccepted = entry.Port.TryAccept(out NetworkEnd end);
        if (isAccepted) { entry.Waiting = end; }

        return isAccepted;
    }

    private void TakeDatagrams(Instant now)
    {
        while (host.TryTake(_buffer, out ulong flow, out int length, now))
        {
            if (TryFind(flow, out Connection? connection)) { connection.Deliver(_buffer.AsSpan(0, length), now); }
        }
    }

    private bool TryFind(ulong id, [NotNullWhen(true)] out Connection? found)
    {
        foreach (Connection connection in _connections)
        {
            if (connection.Id != id) { continue; }

            found = connection;
            return true;
        }

        found = null;
        return false;
    }
}
