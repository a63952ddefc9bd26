using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>What a <see cref="MeetSession"/> needs to know before it begins.</summary>
public sealed record MeetSessionOptions
{
    /// <summary>How long both sides try, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <summary>What both sides share.</summary>
    public required MeetingCode Code { get; init; }

    /// <summary>Where the server is: one address, or one of each family.</summary>
    public required IReadOnlyList<TransportAddress> Servers { get; init; }

    /// <summary>The bound address of each socket, one of each family that is to be tried; a wildcard host.</summary>
    public required IReadOnlyList<TransportAddress> Locals { get; init; }

    /// <summary>This machine's addresses, loopback left out.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; init; } = [];

    /// <summary>This process's name: 16 random bytes, new with each.</summary>
    public required PartyId Party { get; init; }

    /// <summary>32 bytes from a secure source: the private key of this process, and the seed of what others must not guess. The session wipes it.</summary>
    public required byte[] Scalar { get; init; }

    /// <summary>The id of the session over the path; see <see cref="PeerSessionOptions.Id"/>.</summary>
    public required ulong Id { get; init; }

    /// <summary>Seed of the random waits and of the fresh ports.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The local time at the session's start.</summary>
    public required DateTimeOffset WallClock { get; init; }

    /// <summary>Stop after this many answered messages; null never.</summary>
    public long? Count { get; init; }

    /// <summary>Stop this long after the start at the latest; null never.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The longest random wait between messages; zero floods.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Pads every message to this many bytes; 0 leaves the usual length.</summary>
    public int Size { get; init; }

    /// <summary>What the path is for.</summary>
    public PathUse Use { get; init; }

    /// <summary>How long to try from the moment that both sides are there until the session ends without a path; null for ever.</summary>
    public TimeSpan? Patience { get; init; } = DefaultPatience;
}
