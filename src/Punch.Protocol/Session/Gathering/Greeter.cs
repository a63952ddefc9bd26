using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Frames;
using Punch.Protocol.Paths;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// Greets the peer at the addresses that the user named, and where a greeting with the code came from, and takes in its greetings. What
/// comes without the code changes nothing and gets nothing. One thing is believed of it: that somebody at a named address, who got a
/// greeting, does not have the code.
/// </summary>
internal sealed class Greeter
{
    /// <summary>How many places are greeted that nobody named.</summary>
    public const int MaxLearned = 4;

    /// <summary>How long they are.</summary>
    private static readonly TimeSpan LearnedFor = TimeSpan.FromSeconds(30);

    private readonly List<Place> _places;
    private readonly MeetingKeys _keys;
    private readonly PartyId _own;
    private readonly Introductions _introductions;
    private readonly TransactionId _id;
    private readonly LadderPause _pause;
    private TokenBucket _strangers = new(Introductions.StrangersAtOnce, Introductions.StrangersAtOnce);
    private PartyId? _party; // whose hello this is
    private byte[] _sealed = [];

    /// <param name="named">The routes to the addresses that the user named.</param>
    /// <param name="keys">The keys of the code.</param>
    /// <param name="own">This party.</param>
    /// <param name="introductions">Decides which party is the peer.</param>
    /// <param name="id">What greetings of a peer return that has heard this side; nobody else may guess it.</param>
    /// <param name="seed">The seed of the waits.</param>
    public Greeter(
        IEnumerable<Route> named, MeetingKeys keys, PartyId own, Introductions introductions, TransactionId id, ulong seed)
    {
        _places = [.. named.Select(route => new Place(route) { IsNamed = true })];
        _keys = keys;
        _own = own;
        _introductions = introductions;
        _id = id;
        (TimeSpan shortest, TimeSpan longest) = SendSchedule.UnsettledWaits(SendSchedule.LongestUnsettled);
        _pause = new LadderPause(shortest, longest, seed);
    }

    /// <summary>Where it learned of the peer, besides the named addresses.</summary>
    public IEnumerable<Route> Learned => _places.Where(place => !place.IsNamed).Select(place => place.Route);

    /// <summary>When the next greeting is due; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (Place place in _places) { next = Instant.Earlier(next, place.Next); }

            return next;
        }
    }

    /// <summary>Begins to greet at the named addresses, unless it does.</summary>
    public void Begin(Instant now)
    {
        foreach (Place place in _places)
        {
            if (place is { IsNamed: true, Next: null }) { place.Begin(_pause, now); }
        }
    }

    /// <summary>Greets everywhere anew, at once: there is something new to say, or somebody who listens.</summary>
    public void Again(Instant now)
    {
        foreach (Place place in _places) { place.Begin(_pause, now); }
    }

    /// <summary>The peer knows the hello of this side.</summary>
    public void Rest()
    {
        foreach (Place place in _places) { place.Rest(); }
    }

    /// <summary>Takes the next place that is due; false if there is none.</summary>
    public bool TryTake(Instant now, out Route route)
    {
        Place? due = _places.Find(place => place.Next <= now);
        if (due is { IsNamed: false } && now - due.BegunAt >= LearnedFor) { due.Rest(); }
        else { due?.Advance(now); }

        route = due?.Route ?? default;
        return due is not null;
    }

    /// <summary>Writes a greeting, with the hello as it reads now. Returns its length; -1 when it does not fit.</summary>
    public int Write(in Route route, ReadOnlySpan<byte> hello, Span<byte> destination)
    {
        Span<byte> party = stackalloc byte[PartyId.Length];
        _own.Write(party);
        var greeting = new Greeting
        {
            Id = _id,
            Heard = PlaceOf(route.Remote.Host)?.Heard,
            Peer = new PeerEntry { Party = party, Sealed = hello },
        };
        int length = greeting.Write(destination);
        return length == 0 ? -1 : length;
    }

    /// <summary>Takes in any datagram. Returns whether it is a greeting of the peer, or a copy of one.</summary>
    public bool Receive(ReadOnlySpan<byte> datagram, in Route route, Instant now)
    {
        if (!Greeting.TryRead(datagram, out Greeting greeting)) { return false; }

        var party = PartyId.FromBytes(greeting.Peer.Party);
        if (party == _own) { return false; }

        // Anybody may have sent it. It is only returned to the place itself.
        if (PlaceOf(route.Remote.Host) is { } place) { place.Heard = greeting.Id; }

        IntroductionSource by = greeting.Heard == _id ? IntroductionSource.Reply : IntroductionSource.Notice;
        bool isAuthentic = IsCopy(party, greeting) || (MayOpen(by, now) && Opens(greeting));
        if (isAuthentic || by == IntroductionSource.Reply) { _introductions.Introduce(greeting.Peer, route.Remote, by, now); }

        if (!isAuthentic || _introductions.Peer?.Id != party) { return false; }

        Learn(party, greeting, route, now);
        return true;
    }

    // The same hello as before shows no more and no less than before.
    private bool IsCopy(PartyId party, in Greeting greeting) => party == _party && greeting.Peer.Sealed.SequenceEqual(_sealed);

    private bool MayOpen(IntroductionSource by, Instant now) => by == IntroductionSource.Reply || _strangers.TrySpend(now);

    private bool Opens(in Greeting greeting)
    {
        HelloError error = RemoteParty.TryCreate(_keys, _own, greeting.Peer, out RemoteParty? party);
        party?.Dispose();
        return error == HelloError.None;
    }

    private void Learn(PartyId party, in Greeting greeting, in Route route, Instant now)
    {
        if (party != _party) { _places.RemoveAll(place => !place.IsNamed); }

        _party = party;
        if (!greeting.Peer.Sealed.SequenceEqual(_sealed)) { _sealed = greeting.Peer.Sealed.ToArray(); }

        Route from = route;
        if (_places.Exists(place => place.Route == from)) { return; }

        if (_places.Count(place => !place.IsNamed) == MaxLearned) { _places.Remove(_places.Find(place => !place.IsNamed)!); }

        var learned = new Place(route) { Heard = greeting.Id };
        learned.Begin(_pause, now);
        _places.Add(learned);
    }

    private Place? PlaceOf(HostAddress host) => _places.Find(place => place.Route.Remote.Host == host);

    /// <summary>A place that is greeted.</summary>
    private sealed class Place(Route route)
    {
        private ProbeLadder _ladder;

        public Route Route { get; } = route;

        public bool IsNamed { get; init; }

        public Instant BegunAt { get; private set; }

        public TransactionId? Heard { get; set; }

        public Instant? Next { get; private set; }

        public void Begin(LadderPause pause, Instant now)
        {
            _ladder = new ProbeLadder(now, TimeSpan.Zero, round: 0, pause);
            (BegunAt, Next) = (now, now);
        }

        public void Advance(Instant now) => Next = _ladder.Advance(now).Next;

        public void Rest() => Next = null;
    }
}
