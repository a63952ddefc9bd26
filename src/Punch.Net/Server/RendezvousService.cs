using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>
/// The rooms that all UDP sockets of a server share, behind one lock: the two parties of a room may well have come over different families.
/// It knows by number through which socket, and to which local address, each party came, and sends what it is told from there.
/// </summary>
internal sealed class RendezvousService
{
    /// <summary>
    /// How many pairs of a socket and a local address are told apart: as many as a machine has addresses, not as many as a stranger likes.
    /// Beyond these, the system chooses the address that a notice leaves from.
    /// </summary>
    public const int MaxArrivals = 1024;

    private const int ExpiredAtOnce = 1024;

    private readonly Lock _lock = new();
    private readonly RendezvousCore _core;
    private readonly MonotonicClock _clock;
    private readonly List<Arrival> _arrivals = [];
    private readonly Dictionary<Arrival, int> _numbers = [];
    private readonly long[] _outcomes = new long[Enum.GetValues<RendezvousOutcome>().Length];
    private long _told;

    /// <param name="maxRooms">How many rooms there may be.</param>
    /// <param name="limit">Joins of each network; null for no limit.</param>
    /// <param name="clock">The clock that the requests are timed by.</param>
    public RendezvousService(int maxRooms, RateLimit? limit, MonotonicClock clock)
    {
        _clock = clock;
        _core = new RendezvousCore(new RendezvousOptions { Key0 = Entropy.Next(), Key1 = Entropy.Next(), MaxRooms = maxRooms, Limit = limit });
    }

    /// <summary>What it holds and what it counted; forgets first whom it should have.</summary>
    public RendezvousStatistics Statistics
    {
        get
        {
            // A lock for each portion: a million who are due at once must not keep the joins waiting.
            while (Expire()) { }

            lock (_lock)
            {
                return new RendezvousStatistics
                {
                    Rooms = _core.Rooms,
                    Waiting = _core.Waiting,
                    Joined = Of(RendezvousOutcome.Waiting) + Of(RendezvousOutcome.Paired),
                    Introduced = Of(RendezvousOutcome.Introduced),
                    Challenged = Of(RendezvousOutcome.Challenged),
                    Left = Of(RendezvousOutcome.Left),
                    Crowded = Of(RendezvousOutcome.Crowded),
                    Full = Of(RendezvousOutcome.Full),
                    Malformed = Of(RendezvousOutcome.Malformed),
                    Limited = Of(RendezvousOutcome.Limited),
                    Told = _told,
                };
            }
        }
    }

    /// <summary>Decides about a datagram that looks like a join.</summary>
    /// <param name="request">What came.</param>
    /// <param name="client">From where.</param>
    /// <param name="socket">Through which socket.</param>
    /// <param name="local">To which address of this machine.</param>
    /// <param name="now">When.</param>
    /// <param name="room">Takes the answer.</param>
    /// <param name="notice">Takes the notice.</param>
    /// <param name="first">Where the first notice is to be sent from, if there is one.</param>
    /// <param name="second">Where the second one is to be sent from.</param>
    public RendezvousResult Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, IBatchSocket socket, in HostAddress local, Instant now, Span<byte> room, Span<byte> notice,
        out Arrival first, out Arrival second)
    {
        lock (_lock)
        {
            _core.Answer(request, client, NumberOf(new Arrival(socket, local)), now, room, notice, out RendezvousResult result);
            _outcomes[(int)result.Outcome]++;
            _told += result.NoticeCount;
            first = result.NoticeCount > 0 ? _arrivals[result.First.Arrival] : default;
            second = result.NoticeCount > 1 ? _arrivals[result.Second.Arrival] : default;
            return result;
        }
    }

    private long Of(RendezvousOutcome outcome) => _outcomes[(int)outcome];

    private bool Expire()
    {
        lock (_lock) { return _core.Expire(_clock.Now, ExpiredAtOnce); }
    }

    private int NumberOf(in Arrival arrival)
    {
        if (_numbers.TryGetValue(arrival, out int number)) { return number; }

        // One for each socket stays free for the addresses that find no room.
        bool isSpecific = _arrivals.Count < MaxArrivals && !arrival.Local.IsAny;
        return isSpecific || arrival.Local == arrival.Socket.Local.Host ? Add(arrival) : NumberOf(arrival with { Local = arrival.Socket.Local.Host });
    }

    private int Add(in Arrival arrival)
    {
        _numbers.Add(arrival, _arrivals.Count);
        _arrivals.Add(arrival);
        return _arrivals.Count - 1;
    }

    /// <summary>How a datagram came.</summary>
    /// <param name="Socket">Through which socket.</param>
    /// <param name="Local">To which address of this machine; the socket's own wildcard for whichever the system takes.</param>
    public readonly record struct Arrival(IBatchSocket Socket, HostAddress Local);
}
