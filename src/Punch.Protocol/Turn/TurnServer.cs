namespace Punch.Protocol.Turn;

/// <summary>A TURN server, and how a client proves to it who it is.</summary>
public sealed record TurnServer
{
    /// <summary>The longest user name in bytes of UTF-8: RFC 8489 §14.3.</summary>
    public const int MaxUser = 508;

    /// <summary>The longest password in bytes of UTF-8.</summary>
    public const int MaxPassword = 512;

    /// <summary>Its addresses, the preferred ones first, each with the transport to use.</summary>
    public required IReadOnlyList<TransportAddress> Addresses { get; init; }

    /// <summary>The user name; <c>expiry:name</c> with a temporary password.</summary>
    public required string User { get; init; }

    /// <summary>The password in UTF-8. The session copies it.</summary>
    public required ReadOnlyMemory<byte> Password { get; init; }
}
