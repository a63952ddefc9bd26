namespace Punch.Serving.Counting;

/// <summary>How the server decided about a datagram or message.</summary>
public enum RequestOutcome
{
    /// <summary>It got a success reply.</summary>
    Answered,

    /// <summary>It got an error reply.</summary>
    Refused,

    /// <summary>Its network is over its limit.</summary>
    Limited,

    /// <summary>It is not a request that this server answers.</summary>
    Ignored,
}
