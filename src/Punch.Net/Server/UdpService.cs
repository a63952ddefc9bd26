using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>Answers what comes to one UDP socket: one thread, one loop, no allocation once it runs.</summary>
/// <param name="socket">The socket.</param>
/// <param name="endpoint">The index that the core knows it by.</param>
/// <param name="siblings">By such index: what sends in its place when CHANGE-REQUEST asks for that.</param>
/// <param name="responder">Decides; no other thread uses it.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="observer">Who hears of each request; null for nobody.</param>
internal sealed class UdpService(
    IBatchSocket socket, int endpoint, IBatchSocket[] siblings, StunResponder responder, MonotonicClock clock, IServerObserver? observer)
{
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

        Span<byte> room = socket.Room;
        RequestOutcome outcome = responder.Answer(request, client, endpoint, now, room, out StunReply answer);
        observer?.OnRequest(client, socket.Local with { Host = local }, outcome);
        if (answer.Length == 0) { return; }

        if (answer.From == endpoint) { socket.Queue(local, answer.To, answer.Length); }
        else { SendFromSibling(local, answer, room); }
    }

    private void SendFromSibling(HostAddress local, in StunReply answer, ReadOnlySpan<byte> room)
    {
        // From another port the answer still comes from the address that was asked, which on a wildcard only the request tells.
        IBatchSocket sibling = siblings[answer.From];
        HostAddress from = sibling.Local.Host.IsAny ? local : sibling.Local.Host;
        if (!sibling.TrySend(room[..answer.Length], from, answer.To)) { responder.NoteUnsent(1); }
    }
}
