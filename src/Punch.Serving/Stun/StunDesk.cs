using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Counting;
using Punch.Serving.Limits;

namespace Punch.Serving.Stun;

/// <summary>
/// Decides about what comes to one endpoint, within the limits there. The limiters are made with the first request: an endpoint that is
/// served by another machine costs no memory here.
/// </summary>
internal sealed class StunDesk(StunServerCore core, RateLimit? limit, ulong key0, ulong key1)
{
    // Refusals have a small table: nobody sends many of the requests that lead to them.
    private const int RefusalBuckets = RateLimiter.DefaultBuckets / 8;

    private RateLimiter? _answers;
    private RateLimiter? _refusals;

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
        if (!core.TryAnswer(request, client, receivedOn, room, out answer)) { return RequestOutcome.Ignored; }

        // Only what would be answered counts against the limit: noise costs a network nothing but our patience.
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
        _answers ??= Make(each, KeyPurpose.AnswerLimit, RateLimiter.DefaultBuckets);
        if (!_answers.TryAcquire(client, now)) { return false; }

        if (!isRefusal) { return true; }

        _refusals ??= Make(RateLimit.Error, KeyPurpose.RefusalLimit, RefusalBuckets);
        return _refusals.TryAcquire(client, now);
    }

    private RateLimiter Make(RateLimit each, KeyPurpose purpose, int buckets) =>
        new(each, new KeySource(key0, key1).For(purpose), buckets);
}
