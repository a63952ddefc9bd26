namespace Punch.Protocol.Discovery;

/// <summary>What a server says of connections over TCP from one local port.</summary>
public sealed record TcpReport
{
    /// <summary>The server that was asked.</summary>
    public required TransportAddress Server { get; init; }

    /// <summary>Where it sees the local port; null if it did not answer.</summary>
    public TransportAddress? Mapped { get; init; }

    /// <summary>Where its other address, or another server, sees the same local port; null if none answered.</summary>
    public TransportAddress? OtherMapped { get; init; }

    /// <summary>Why the server did not answer, in words for a user; null if it did.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// Whether the public port is the same for every destination, so that a peer can be told where to connect; null if that is unknown.
    /// </summary>
    public bool? IsPredictable => OtherMapped is { } other ? other == Mapped : null;
}
