namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// The addresses of the servers, and which of them are asked. The first of each family is asked at once, the next when those before are
/// silent, and all of them in the end by a party that nobody comes to: the peer may reach only another one.
/// </summary>
/// <param name="servers">The addresses, the preferred ones first.</param>
/// <param name="create">Makes a client for one of them.</param>
internal sealed class ServerRoster(IReadOnlyList<TransportAddress> servers, Func<TransportAddress, RendezvousClient> create)
{
    /// <summary>How many are asked at most. A name server is a stranger.</summary>
    public const int MaxClients = 8;

    // RFC 8305 §5 has 250 ms between connection attempts; a join over a satellite takes longer.
    private static readonly TimeSpan SilentPause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LonelyPause = TimeSpan.FromSeconds(5);

    private readonly List<TransportAddress> _waiting = [.. servers];
    private Instant _begunV4;
    private Instant _begunV6;
    private bool _hasReply;

    /// <summary>Those that are asked.</summary>
    public List<RendezvousClient> Clients { get; } = [];

    /// <summary>Whether the peer is known, so that no further server is needed.</summary>
    public bool HasPeer { get; set; }

    /// <summary>When a further one is to be asked; null for never.</summary>
    public Instant? NextTimeout => HasPeer ? null : Instant.Earlier(NextOf(isV6: false), NextOf(isV6: true));

    /// <summary>Begins with the first of each family.</summary>
    public void Begin(Instant now)
    {
        Begin(isV6: false, now);
        Begin(isV6: true, now);
    }

    /// <summary>The next one, when it is time to ask it; null otherwise.</summary>
    public RendezvousClient? TryBegin(Instant now)
    {
        if (HasPeer) { return null; }

        if (NextOf(isV6: false) <= now) { return Begin(isV6: false, now); }

        return NextOf(isV6: true) <= now ? Begin(isV6: true, now) : null;
    }

    /// <summary>
    /// The name of the server has these addresses now: silent ones that are not among them are forgotten, new ones are asked.
    /// </summary>
    public IReadOnlyList<RendezvousClient> Use(IReadOnlyList<TransportAddress> now)
    {
        // The word of one that is forgotten still counts.
        _ = HasAnyReply();
        _waiting.Clear();
        Clients.RemoveAll(client => (client.IsSilent || !client.HasAnswered) && IsOther(client.Server, now));
        RendezvousClient[] added = [.. now.Where(server => !Clients.Exists(client => client.Server == server))
            .Take(MaxClients - Clients.Count).Select(create)];
        Clients.AddRange(added);
        return added;
    }

    /// <summary>Another address of the server is asked, too.</summary>
    public RendezvousClient? TryAdd(in TransportAddress server)
    {
        TransportAddress added = server;
        if (Clients.Exists(client => client.Server == added)) { return null; }

        Clients.Add(create(added));
        return Clients[^1];
    }

    /// <summary>An address is asked no more.</summary>
    public void Remove(in TransportAddress server)
    {
        TransportAddress removed = server;

        // Its word still counts.
        _ = HasAnyReply();
        Clients.RemoveAll(client => client.Server == removed);
    }

    /// <summary>Whether a server of any family has ever replied.</summary>
    public bool HasAnyReply()
    {
        foreach (RendezvousClient client in Clients) { _hasReply |= client.HasAnswered; }

        return _hasReply;
    }

    // An address on another port or transport was added by itself, and is removed by itself.
    private static bool IsOther(TransportAddress server, IReadOnlyList<TransportAddress> now) =>
        !now.Contains(server) && now.Any(other => other.Transport == server.Transport && other.Port == server.Port);

    // Apart, since its closure is made on entry and this is asked with every datagram.
    private Instant? NextOf(bool isV6) => _waiting.Count == 0 || Clients.Count >= MaxClients ? null : NextOfWaiting(isV6);

    private Instant? NextOfWaiting(bool isV6)
    {
        if (!_waiting.Exists(server => server.Host.IsV6 == isV6)) { return null; }

        bool isAnswered = Clients.Exists(client => client.Server.Host.IsV6 == isV6 && client is { HasAnswered: true, IsSilent: false });
        return (isV6 ? _begunV6 : _begunV4) + (isAnswered ? LonelyPause : SilentPause);
    }

    private RendezvousClient? Begin(bool isV6, Instant now)
    {
        int index = _waiting.FindIndex(server => server.Host.IsV6 == isV6);
        if (index < 0) { return null; }

        RendezvousClient client = create(_waiting[index]);
        _waiting.RemoveAt(index);
        Clients.Add(client);
        if (isV6) { _begunV6 = now; }
        else { _begunV4 = now; }

        return client;
    }
}
