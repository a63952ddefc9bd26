namespace Punch.Protocol.Rendezvous;

/// <summary>Lengths in bytes that client and server agree on.</summary>
public static class RendezvousLimits
{
    /// <summary>Of the name of a room.</summary>
    public const int Room = 16;

    /// <summary>Of the name of a party.</summary>
    public const int Party = 16;

    /// <summary>Of SEALED at most, so that an answer and what it causes to be told stay below <see cref="JoinRequest.Length"/>.</summary>
    public const int Sealed = 448;

    /// <summary>Of a TICKET.</summary>
    public const int Ticket = 16;

    /// <summary>Of NONCE at most, for a client to keep.</summary>
    public const int Nonce = 64;
}
