using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>What a <see cref="RendezvousCore"/> is made of.</summary>
public sealed record RendezvousOptions
{
    /// <summary>
    /// How many rooms there may be unless told otherwise: 40 MB if a party waits in each, 130 MB if two in each say as much as they can.
    /// </summary>
    public const int DefaultMaxRooms = 100_000;

    /// <summary>The most rooms there may be.</summary>
    public const int MostRooms = 16_000_000;

    /// <summary>Half of a secret from a secure source; whoever knows it can forge return addresses.</summary>
    public required ulong Key0 { get; init; }

    /// <summary>The other half.</summary>
    public required ulong Key1 { get; init; }

    /// <summary>How many rooms there may be, 1 to <see cref="MostRooms"/>.</summary>
    public int MaxRooms { get; init; } = DefaultMaxRooms;

    /// <summary>Joins of each /24 of IPv4 or /56 of IPv6; null for no limit.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Join;
}
