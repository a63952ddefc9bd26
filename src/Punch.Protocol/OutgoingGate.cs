namespace Punch.Protocol;

/// <summary>
/// The only way out for every datagram of a session. Two kinds of places are not limited: a place that the user typed, and a place that has
/// proven itself by naming what only this side sent there. Any other place must be allowed by the policy, and gets no more bytes than its
/// budget. The budget is three times the bytes that came from there (RFC 9000 §8.1), and a small allowance if a candidate names it. All
/// these places together get a limited number of datagrams a second.
/// </summary>
internal sealed class OutgoingGate(DestinationPolicy policy)
{
    /// <summary>How many bytes a place may get for each byte that came from there.</summary>
    public const int Gain = 3;

    /// <summary>What a named place may get before anything came from there, in bytes: two ladders of probes, with their primes.</summary>
    public const int Allowance = 1_500;

    /// <summary>How much of the allowance comes back each second, in bytes: less than two probes.</summary>
    public const int AllowancePerSecond = 100;

    /// <summary>The most datagrams a second to all unproven places together.</summary>
    public const int MostPerSecond = 50;

    /// <summary>The most remembered places besides the typed ones: those of two peers, and their fresh ports.</summary>
    public const int Capacity = 64;

    private const int RefillPerSecond = 16;

    // The length of a probe in its frame.
    private const int ProbeLength = 66;

    /// <summary>How long a place with an empty budget waits until it may get a probe again.</summary>
    public static readonly TimeSpan RefillPause = TimeSpan.FromSeconds(1) * ProbeLength / AllowancePerSecond;

    private readonly HashSet<TransportAddress> _typed = [];
    private readonly Dictionary<TransportAddress, Place> _places = new(Capacity);
    private TokenBucket _datagrams = new(MostPerSecond - RefillPerSecond, RefillPerSecond);
    private TransportAddress _lastProven;

    /// <summary>Decides which addresses may be tried at all.</summary>
    public DestinationPolicy Policy => policy;

    /// <summary>Notes that the user typed this address. It is not limited.</summary>
    public void Trust(in TransportAddress address) => _typed.Add(address);

    /// <summary>Whether the user typed this address.</summary>
    public bool IsTyped(in TransportAddress address) => _typed.Contains(address);

    /// <summary>Notes that a candidate names this address, and that it may be tried.</summary>
    public void Name(in TransportAddress address, Instant now)
    {
        if (_typed.Contains(address)) { return; }

        Place place = Find(address, now);
        if (!place.IsNamed) { place.Name(now); }
    }

    /// <summary>Notes that no candidate names this address any more.</summary>
    public void Forget(in TransportAddress address)
    {
        if (_places.TryGetValue(address, out Place? place)) { place.IsNamed = false; }
    }

    /// <summary>Notes a datagram of the peer from this source, which may be forged.</summary>
    public void NoteReceived(in TransportAddress from, int bytes, Instant now)
    {
        if (from == _lastProven || _typed.Contains(from) || !MayKnow(from)) { return; }

        Find(from, now).Earn(bytes);
    }

    /// <summary>Notes that the peer named what only this side sent there.</summary>
    public void Prove(in TransportAddress address, Instant now)
    {
        _lastProven = address;
        if (!_typed.Contains(address)) { Find(address, now).IsProven = true; }
    }

    /// <summary>Whether the policy allows a place. The budget does not matter here.</summary>
    public bool MayKnow(in TransportAddress address) => _typed.Contains(address)
        || (policy.IsHost(address) && (policy.Allows(address) || IsNamedHost(address.Host)));

    /// <summary>Whether a probe may go there now. It changes nothing.</summary>
    public bool HasRoom(in TransportAddress to, Instant now) => HasRoom(to, ProbeLength, now);

    private bool HasRoom(in TransportAddress to, int bytes, Instant now)
    {
        if (_typed.Contains(to)) { return true; }

        return _places.TryGetValue(to, out Place? place) && MayKnow(to) && (place.IsProven || place.Room(now) >= bytes);
    }

    /// <summary>Takes a datagram of this many bytes out of the budget; false if it must not be sent.</summary>
    public bool TryPass(in TransportAddress to, int bytes, Instant now)
    {
        if (to == _lastProven || _typed.Contains(to)) { return true; }

        if (!HasRoom(to, bytes, now)) { return false; }

        Place place = _places[to];
        place.UsedAt = now;
        if (place.IsProven) { return true; }

        if (!_datagrams.TrySpend(now)) { return false; }

        place.Spend(bytes, now);
        return true;
    }

    // The peer's NAT may use another port for what it sends here.
    private bool IsNamedHost(HostAddress host)
    {
        foreach ((TransportAddress address, Place place) in _places)
        {
            if (place.IsNamed && address.Host == host) { return true; }
        }

        return false;
    }

    private Place Find(in TransportAddress address, Instant now)
    {
        if (_places.TryGetValue(address, out Place? known)) { return known; }

        if (_places.Count >= Capacity) { _places.Remove(Oldest()); }

        var place = new Place { UsedAt = now };
        _places.Add(address, place);
        return place;
    }

    // Places without a name go first, because forged sources make only such places.
    private TransportAddress Oldest()
    {
        (TransportAddress Address, Place? Place) oldest = default;
        foreach ((TransportAddress address, Place place) in _places)
        {
            bool isOlder = oldest.Place is not { } present
                || (place.Rank, place.UsedAt.Ticks).CompareTo((present.Rank, present.UsedAt.Ticks)) < 0;
            if (isOlder) { oldest = (address, place); }
        }

        return oldest.Address;
    }

    /// <summary>The state of an address.</summary>
    private sealed class Place
    {
        private long _earned;
        private long _allowance;
        private Instant _allowedAt;

        public bool IsNamed { get; set; }

        public bool IsProven { get; set; }

        public Instant UsedAt { get; set; }

        public int Rank => (IsNamed ? 1 : 0) + (IsProven ? 2 : 0);

        public void Name(Instant now)
        {
            // An address that is removed and named again gets its allowance only once.
            if (_allowedAt == default) { _allowance = Allowance; }

            IsNamed = true;
            _allowedAt = now;
        }

        public void Earn(int bytes) => _earned += (long)bytes * Gain;

        public long Room(Instant now) => _earned + (IsNamed ? Allowed(now) : 0);

        public void Spend(int bytes, Instant now)
        {
            long ofEarned = Math.Min(bytes, _earned);
            _earned -= ofEarned;
            if (!IsNamed) { return; }

            _allowance = Allowed(now) - (bytes - ofEarned);
            _allowedAt = now;
        }

        private long Allowed(Instant now)
        {
            long refilled = (now - _allowedAt).Ticks * AllowancePerSecond / TimeSpan.TicksPerSecond;
            return Math.Min(Allowance, _allowance + Math.Max(0, refilled));
        }
    }
}
