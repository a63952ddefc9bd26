using System.Net;
using System.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>
/// Answers STUN over TCP: RFC 8489 §6.2.2. A connection lives as long as it asks: each answer earns it <see cref="IdleTimeout"/>, and nothing
/// else does, so whoever sends a byte now and then, or nothing but noise, is out as soon as one that is silent.
/// </summary>
/// <param name="table">Counts connections; shared by all ports of a server.</param>
/// <param name="responder">Its core knows that answers go back as they came.</param>
/// <param name="endpoint">The index that the core knows this port by.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="idleTimeout">Another <see cref="IdleTimeout"/>, for tests.</param>
/// <param name="observer">Who hears of it.</param>
internal sealed class TcpService(
    ConnectionTable table, StunResponder responder, int endpoint, MonotonicClock clock, TimeSpan? idleTimeout, IServerObserver? observer)
    : IStreamService
{
    /// <summary>How long a connection may go without an answer. RFC 8489 §6.2.2 wants an idle client to close soon.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    // The responder serves one at a time.
    private readonly Lock _lock = new();
    private readonly IServerObserver? _requests = observer is { WantsRequests: true } ? observer : null;
    private readonly TimeSpan _idleTimeout = idleTimeout ?? IdleTimeout;

    /// <summary>What was counted.</summary>
    public RequestCounts Counts => responder.Counts;

    public void OnAcceptFailed(TransportAddress local, SocketError error) => observer?.OnAcceptFailed(local, error);

    public async Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop)
    {
        using (client)
        {
            if (!TryGetAddress(client.RemoteEndPoint, out TransportAddress from)) { return; }

            if (!table.TryEnter(from.Host))
            {
                observer?.OnConnection(from, ConnectionChange.TurnedAway);
                return;
            }

            observer?.OnConnection(from, ConnectionChange.Opened);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await ConverseAsync(client, from, local, deadline).ConfigureAwait(false);
            bool isTimedOut = deadline.IsCancellationRequested && !stop.IsCancellationRequested;
            table.Leave(from.Host, isTimedOut);
            observer?.OnConnection(from, isTimedOut ? ConnectionChange.TimedOut : ConnectionChange.Closed);
        }
    }

    private async Task ConverseAsync(Socket client, TransportAddress from, TransportAddress local, CancellationTokenSource deadline)
    {
        byte[] received = new byte[StunFraming.MaxMessage];
        byte[] room = new byte[StunFraming.MaxMessage];
        int held = 0;
        try
        {
            while (true)
            {
                deadline.CancelAfter(_idleTimeout);
                int answerLength;
                (held, answerLength) = await NextAsync(client, from, local, received, held, room, deadline.Token).ConfigureAwait(false);
                if (answerLength == 0) { return; }

                if (!await TrySendAsync(client, room.AsMemory(0, answerLength), deadline.Token).ConfigureAwait(false)) { return; }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client broke the connection, or took too long; both are told where the connection ends.
        }
    }

    /// <summary>Receives until there is an answer to send; its length is 0 at the end of the stream, or of sense in it.</summary>
    private async Task<(int Held, int AnswerLength)> NextAsync(
        Socket client, TransportAddress from, TransportAddress local, byte[] received, int held, byte[] room, CancellationToken cancellation)
    {
        while (true)
        {
            StunFrame frame = StunFraming.Read(received.AsSpan(0, held), out int length);
            if (frame == StunFrame.Broken) { return default; }

            if (frame == StunFrame.Whole)
            {
                int answerLength = Answer(received.AsSpan(0, length), from, local, room);
                held -= length;
                received.AsSpan(length, held).CopyTo(received);
                if (answerLength > 0) { return (held, answerLength); }

                continue;
            }

            int count = await client.ReceiveAsync(received.AsMemory(held), cancellation).ConfigureAwait(false);
            if (count == 0) { return default; }

            held += count;
        }
    }

    private int Answer(ReadOnlySpan<byte> request, TransportAddress from, TransportAddress local, Span<byte> room)
    {
        lock (_lock)
        {
            RequestOutcome outcome = responder.Answer(request, from, endpoint, clock.Now, room, out StunReply answer);
            _requests?.OnRequest(from, local, outcome);
            if (answer.Length == 0 || answer.To == from) { return answer.Length; }

            // RESPONSE-PORT asks for an answer on a port that this connection does not lead to.
            responder.NoteUnsent(1);
            return 0;
        }
    }

    private static async Task<bool> TrySendAsync(Socket client, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await client.SendAsync(bytes, cancellation).ConfigureAwait(false);
            if (sent == 0) { return false; }

            bytes = bytes[sent..];
        }

        return true;
    }

    private static bool TryGetAddress(EndPoint? endPoint, out TransportAddress address)
    {
        address = endPoint is IPEndPoint ip ? new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port) : default;
        return endPoint is IPEndPoint;
    }
}
