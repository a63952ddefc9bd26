namespace Punch.Serving.Counting;

/// <summary>Counts by outcome. <c>Received</c> is the sum of answered, refused, limited and ignored.</summary>
public readonly record struct RequestCounts
{
    /// <summary>Datagrams or messages that came.</summary>
    public long Received { get; init; }

    /// <summary>Bytes received, without headers below STUN.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Requests that got a success reply.</summary>
    public long Answered { get; init; }

    /// <summary>Requests that got an error reply.</summary>
    public long Refused { get; init; }

    /// <summary>Requests without a reply because their network is over its limit.</summary>
    public long Limited { get; init; }

    /// <summary>All else: not a request that this server answers.</summary>
    public long Ignored { get; init; }

    /// <summary>Replies of either kind that the system did not send.</summary>
    public long Unsent { get; init; }

    /// <summary>Bytes of all replies.</summary>
    public long SentBytes { get; init; }

    /// <summary>The sum of both counts.</summary>
    public static RequestCounts operator +(RequestCounts a, RequestCounts b) => new()
    {
        Received = a.Received + b.Received,
        ReceivedBytes = a.ReceivedBytes + b.ReceivedBytes,
        Answered = a.Answered + b.Answered,
        Refused = a.Refused + b.Refused,
        Limited = a.Limited + b.Limited,
        Ignored = a.Ignored + b.Ignored,
        Unsent = a.Unsent + b.Unsent,
        SentBytes = a.SentBytes + b.SentBytes,
    };
}
