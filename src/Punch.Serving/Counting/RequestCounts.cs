namespace Punch.Serving.Counting;

/// <summary>What became of what came. <c>Received</c> is the sum of answered, refused, limited and ignored.</summary>
public readonly record struct RequestCounts
{
    /// <summary>Datagrams or messages that came.</summary>
    public long Received { get; init; }

    /// <summary>Bytes of them, without headers below STUN.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Requests that got a success answer.</summary>
    public long Answered { get; init; }

    /// <summary>Requests that got an error answer.</summary>
    public long Refused { get; init; }

    /// <summary>Requests that got none because their network is over its limit.</summary>
    public long Limited { get; init; }

    /// <summary>What is no request that this server answers.</summary>
    public long Ignored { get; init; }

    /// <summary>Answers, of either kind, that the system did not take.</summary>
    public long Unsent { get; init; }

    /// <summary>Bytes of all answers.</summary>
    public long SentBytes { get; init; }

    /// <summary>Both together.</summary>
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
