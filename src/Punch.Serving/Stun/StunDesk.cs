using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Counting;
using Punch.Serving.Limits;

namespace Punch.Serving.Stun;

/// <summary>
/// Decides about the requests to one endpoint, within its limits. The first request creates the limiters: an endpoint without any costs no
/// memory. Threads may share it.
/// </summary>
internal sealed class StunDesk(StunServerCore core, RateLimit? limit, ulong key0, ulong key1)
{
    // Refusals have a small table: clients rarely send the requests that lead to them.
    private const int RefusalBuckets = RateLimiter.DefaultBuckets / 8;

    private RateLimiter? _answers;
    private RateLimiter? _refusals;

    /// <summary>Decides about one request.</summary>
    /// <param name="request">The received bytes.</param>
    /// <param name="client">The source address.</param>
    /// <param name="receivedOn">The index of the endpoint that received it.</param>
    /// <param name="now">The current time.</param>
    /// <param name="room">The buffer for the reply.</param>
    /// <param name="answer">The reply to send; its length is 0 for none.</param>
    public RequestOutcome Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, int receivedOn, Instant now, Span<byte> room, out StunReply answer)
    {
        if (!core.TryAnswer(request, client, receivedOn, room, out answer)) { return RequestOutcome.Ignored; }

        // Only requests that would be answered count against the limit. Noise costs a network nothing.
        bool isRefusal = answer.Class == StunClass.Error;
        if (limit is null || TryAcquire(client.Host, isRefusal, limit.Value, now))
        {
            return isRefusal ? RequestOutcome.Refused : RequestOutcome.Answered;
        }

        answer = default;
        return RequestOutcome.Limited;
    }

    private bool TryAcquire(in HostAddress client, bool isRefusal, RateLimit each, Instant now)
    {
        RateLimiter answers = Volatile.Read(ref _answers)
            ?? Make(ref _answers, each, KeyPurpose.AnswerLimit, RateLimiter.DefaultBuckets);
        if (!answers.TryAcquire(client, now)) { return false; }

        if (!isRefusal) { return true; }

        RateLimiter refusals = Volatile.Read(ref _refusals)
            ?? Make(ref _refusals, RateLimit.Error, KeyPurpose.RefusalLimit, RefusalBuckets);
        return refusals.TryAcquire(client, now);
    }

    private RateLimiter Make(ref RateLimiter? limiter, RateLimit each, KeyPurpose purpose, int buckets)
    {
        var made = new RateLimiter(each, new KeySource(key0, key1).For(purpose), buckets);
        return Interlocked.CompareExchange(ref limiter, made, null) ?? made;
    }
}
