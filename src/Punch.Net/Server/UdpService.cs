using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>Answers what comes to one UDP socket: one thread, one loop, no allocation once it runs.</summary>
/// <param name="socket">The socket.</param>
/// <param name="endpoint">The index that the core knows it by.</param>
/// <param name="siblings">By such index: what sends in its place when CHANGE-REQUEST asks for that.</param>
/// <param name="responder">Decides; no other thread uses it.</param>
/// <param name="rendezvous">Decides about joins, for all sockets of the server; null where none are served.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="observer">Who hears of each request; null for nobody.</param>
internal sealed class UdpService(
    IBatchSocket socket, int endpoint, IBatchSocket[] siblings, StunResponder responder, RendezvousService? rendezvous, MonotonicClock clock,
    IServerObserver? observer)
{
    private readonly byte[] _notice = new byte[RendezvousCore.MaxNoticeLength];

    /// <summary>What was counted.</summary>
    public RequestCounts Counts => responder.Counts;

    /// <summary>Answers until asked to stop, which takes 100 ms at most.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) { Turn(); }
    }

    /// <summary>Waits for a batch, for 100 ms at most, and answers it.</summary>
    /// <returns>How many datagrams there were.</returns>
    public int Turn()
    {
        int count = socket.Receive();
        if (count == 0) { return 0; }

        Instant now = clock.Now;
        for (int i = 0; i < count; i++) { Answer(i, now); }

        responder.NoteUnsent(socket.Flush());
        return count;
    }

    private void Answer(int index, Instant now)
    {
        if (!socket.TryGet(index, out TransportAddress client, out HostAddress local, out ReadOnlySpan<byte> request))
        {
            responder.NoteIgnored();
            return;
        }

        if (rendezvous is not null && JoinRequest.IsLikely(request))
        {
            AnswerJoin(rendezvous, request, client, local, now);
            return;
        }

        Span<byte> room = socket.Room;
        RequestOutcome outcome = responder.Answer(request, client, endpoint, now, room, out StunReply answer);
        observer?.OnRequest(client, socket.Local with { Host = local }, outcome);
        if (answer.Length == 0) { return; }

        if (answer.From == endpoint) { socket.Queue(local, answer.To, answer.Length); }
        else { SendFromSibling(local, answer, room); }
    }

    private void AnswerJoin(RendezvousService service, ReadOnlySpan<byte> request, in TransportAddress client, in HostAddress local, Instant now)
    {
        RendezvousResult result = service.Answer(
            request, client, socket, local, now, socket.Room, _notice, out RendezvousService.Arrival first, out RendezvousService.Arrival second);
        RequestOutcome outcome = OutcomeOf(result.Outcome);
        responder.Note(outcome, request.Length, result.ReplyLength + (result.NoticeCount * result.NoticeLength));
        observer?.OnRequest(client, socket.Local with { Host = local }, outcome);
        if (result.ReplyLength > 0) { socket.Queue(local, client, result.ReplyLength); }

        if (result.NoticeCount > 0) { Notify(first, result.First.To, result.NoticeLength); }

        if (result.NoticeCount > 1) { Notify(second, result.Second.To, result.NoticeLength); }
    }

    /// <summary>A notice leaves from where its party's own join came to, be it another socket: no NAT lets it in from elsewhere.</summary>
    private void Notify(in RendezvousService.Arrival from, in TransportAddress to, int length)
    {
        if (!from.Socket.TrySend(_notice.AsSpan(0, length), from.Local, to)) { responder.NoteUnsent(1); }
    }

    private static RequestOutcome OutcomeOf(RendezvousOutcome outcome) => outcome switch
    {
        RendezvousOutcome.Ignored => RequestOutcome.Ignored,
        RendezvousOutcome.Limited => RequestOutcome.Limited,
        RendezvousOutcome.Waiting or RendezvousOutcome.Paired or RendezvousOutcome.Introduced or RendezvousOutcome.Left => RequestOutcome.Answered,
        _ => RequestOutcome.Refused,
    };

    private void SendFromSibling(HostAddress local, in StunReply answer, ReadOnlySpan<byte> room)
    {
        // From another port the answer still comes from the address that was asked, which on a wildcard only the request tells.
        IBatchSocket sibling = siblings[answer.From];
        HostAddress from = sibling.Local.Host.IsAny ? local : sibling.Local.Host;
        if (!sibling.TrySend(room[..answer.Length], from, answer.To)) { responder.NoteUnsent(1); }
    }
}
