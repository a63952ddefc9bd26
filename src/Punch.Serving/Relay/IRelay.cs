using Punch.Protocol;
using Punch.Protocol.Relay;
using Punch.Serving.Rooms;

namespace Punch.Serving.Relay;

/// <summary>
/// Which addresses are relayed to which. Several machines may share one: it then locks. It calls the directory while it does, and the
/// directory never calls it.
/// </summary>
public interface IRelay
{
    /// <summary>What it holds now. Any thread may read it; nothing changes by that.</summary>
    RelayCounts Counts { get; }

    /// <summary>What each session may use.</summary>
    RelayLimits Limits { get; }

    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Whether a party has its leg at this address. It keeps it without a seat.</summary>
    bool Holds(in BindRequest request, in TransportAddress client);

    /// <summary>Binds a leg to the address of a seat, or keeps the one that is there.</summary>
    /// <param name="request">The room and the party; views that are valid during the call.</param>
    /// <param name="client">The address, which is proven, and where the party has its seat or its leg.</param>
    /// <param name="arrival">How the request came: what goes to the leg leaves from there.</param>
    /// <param name="rooms">Says whether a party that is in the way is still in the room.</param>
    /// <param name="now">When.</param>
    BindDecision Bind(in BindRequest request, in TransportAddress client, in Arrival arrival, IRoomDirectory rooms, Instant now);

    /// <summary>Gives up the leg that a party has at this address, if it has one.</summary>
    void Leave(in BindRequest request, in TransportAddress client, Instant now);

    /// <summary>Decides where a frame goes, and counts it against the limits of its session.</summary>
    /// <param name="client">Where it came from.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="now">When.</param>
    /// <param name="target">Where it goes, if it is <see cref="FrameOutcome.Forwarded"/>.</param>
    FrameOutcome Route(in TransportAddress client, int length, Instant now, out NoticeTarget target);

    /// <summary>Takes what legs are to be told: there may be news after a frame at a limit, and after <see cref="Timeout"/>.</summary>
    bool TryTell(out RelayNews news);

    /// <summary>Takes no more legs, and has all of them told that the server stops.</summary>
    /// <param name="lifetime">When it stops, from now on.</param>
    /// <param name="now">When this is.</param>
    void Drain(TimeSpan lifetime, Instant now);

    /// <summary>Forgets sessions whose time is over.</summary>
    void Timeout(Instant now);
}

/// <summary>What a relay holds.</summary>
/// <param name="Sessions">Rooms with one or two legs.</param>
/// <param name="Paired">Those with two.</param>
public readonly record struct RelayCounts(int Sessions, int Paired);

/// <summary>What became of a bind.</summary>
/// <param name="Outcome">That.</param>
/// <param name="Lifetime">How long the leg is kept, if it is bound.</param>
public readonly record struct BindDecision(BindOutcome Outcome, TimeSpan Lifetime = default);

/// <summary>What legs of a session are to be told: one or two of them.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Lifetime">How long the session goes on; null while nothing ends it.</param>
/// <param name="Count">How many legs, 1 or 2.</param>
/// <param name="First">The first of them.</param>
/// <param name="Second">The second, if there is one.</param>
public readonly record struct RelayNews(RelayEvent Event, TimeSpan? Lifetime, int Count, NoticeTarget First, NoticeTarget Second);
