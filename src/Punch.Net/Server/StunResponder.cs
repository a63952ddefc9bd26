using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>Decides about one datagram or message, limits and counts. Used by one thread at a time.</summary>
internal sealed class StunResponder(StunServerCore core, RateLimiter? answers, RateLimiter? refusals)
{
    // Refusals have a small table: nobody sends many of the requests that lead to them.
    private const int RefusalBuckets = RateLimiter.DefaultBuckets / 8;

    private readonly RequestCounter _counter = new();

    /// <summary>A responder with limiters of its own; with none when <paramref name="limit"/> is null.</summary>
    public static StunResponder Create(StunServerCore core, RateLimit? limit) => new(
        core,
        limit is { } each ? new RateLimiter(each, Entropy.Next(), Entropy.Next()) : null,
        limit is null ? null : new RateLimiter(RateLimit.Error, Entropy.Next(), Entropy.Next(), RefusalBuckets));

    /// <summary>What was counted.</summary>
    public RequestCounts Counts => _counter.Counts;

    /// <summary>Decides.</summary>
    /// <param name="request">What came.</param>
    /// <param name="client">From where.</param>
    /// <param name="receivedOn">Index of the endpoint of the core that it came to.</param>
    /// <param name="now">When.</param>
    /// <param name="room">Takes the answer.</param>
    /// <param name="answer">What to send; of length 0 when there is nothing.</param>
    public RequestOutcome Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, int receivedOn, Instant now, Span<byte> room, out StunReply answer)
    {
        RequestOutcome outcome = Decide(request, client, receivedOn, now, room, out answer);
        _counter.Note(outcome, request.Length, answer.Length);
        return outcome;
    }

    /// <summary>Counts what was decided elsewhere.</summary>
    public void Note(RequestOutcome outcome, int receivedBytes, int sentBytes) => _counter.Note(outcome, receivedBytes, sentBytes);

    /// <summary>Counts something that is not even a datagram to decide about.</summary>
    public void NoteIgnored() => _counter.Note(RequestOutcome.Ignored, 0, 0);

    /// <summary>Counts answers that the system did not take.</summary>
    public void NoteUnsent(int count) => _counter.NoteUnsent(count);

    private RequestOutcome Decide(
        ReadOnlySpan<byte> request, in TransportAddress client, int receivedOn, Instant now, Span<byte> room, out StunReply answer)
    {
        if (!core.TryAnswer(request, client, receivedOn, room, out answer)) { return RequestOutcome.Ignored; }

        // Only what would be answered counts against the limit: noise costs a network nothing but our patience.
        bool isRefusal = answer.Class == StunClass.Error;
        bool isWithinLimit = answers?.TryAcquire(client.Host, now) != false
            && (!isRefusal || refusals?.TryAcquire(client.Host, now) != false);
        if (isWithinLimit) { return isRefusal ? RequestOutcome.Refused : RequestOutcome.Answered; }

        answer = default;
        return RequestOutcome.Limited;
    }
}
