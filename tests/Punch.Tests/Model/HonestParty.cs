namespace Punch.Tests.Model;

/// <summary>
/// One process of <c>punch meet</c> in a world: the real session at a public address, what it did, and what it took in.
/// </summary>
internal sealed class HonestParty(World world, string name, HostAddress host, ushort port, byte key, MeetingCode code) : IDisposable
{
    private readonly byte[] _buffer = new byte[65_535];
    private readonly HashSet<string> _frames = [];
    private readonly HashSet<string> _data = [];
    private int _sentData;

    public string Name => name;

    public HostAddress Host => host;

    public TransportAddress Address { get; } = new(host, port);

    /// <summary>Null before <see cref="Start"/>.</summary>
    public PeerSession? Session { get; private set; }

    /// <summary>What it did so far, in 64 bits: times in milliseconds, destinations, lengths, events.</summary>
    public ulong History { get; private set; }

    /// <summary>Hosts that it may send to besides the server's.</summary>
    public HashSet<HostAddress> Known { get; } = [];

    /// <summary>When it sent to hosts that are neither its peer's nor the server's.</summary>
    public List<Instant> Probes { get; } = [];

    /// <summary>The joins that it sent, oldest first.</summary>
    public List<byte[]> Joins { get; } = [];

    /// <summary>Since when its path is closed; null while one is open, or before the first.</summary>
    public Instant? ClosedAt { get; private set; }

    public bool IsOpen => Session is { Path: not null, IsEnded: false };

    public ulong State => Session is not { } session ? 0 : Mix.Of(
        History,
        (ulong)session.Finder.State,
        Mix.Of(session.Path?.Remote.ToString()),
        Mix.Of(((MeetingGathering)session.Gathering).Peer?.Id.ToString()),
        World.Milliseconds(session.NextTimeout),
        World.Milliseconds(session.Finder.HeardAt),
        (ulong)_frames.Count);

    public static SessionOptions Options(HostAddress host, ushort port, byte key, MeetingCode code)
    {
        byte[] scalar = [.. Enumerable.Range(1, 32).Select(i => (byte)(i ^ key))];
        return new SessionOptions
        {
            Target = new SessionTarget.Meeting
            {
                Code = code,
                Servers = [World.Server],
                Hosts = [new LocalAddress(host, 24)],
                Party = PartyId.FromBytes(scalar.AsSpan(0, PartyId.Length)),
                Scalar = scalar,
                Patience = null,
            },
            Locals = [new TransportAddress(HostAddress.AnyV4, port)],
            Id = key,
            Seed = key,
            WallClock = DateTimeOffset.UnixEpoch,
            Use = PathUse.Data,
        };
    }

    public void Start()
    {
        Session = new PeerSession(Options(host, port, key, code), world.Now);
        Drain();
    }

    public void Receive(in TransportAddress from, in TransportAddress to, byte[] bytes)
    {
        if (Session is null) { return; }

        Session.Receive(new Datagram(from, new TransportAddress(HostAddress.AnyV4, to.Port), bytes), world.Now);
        bool isTaken = SealedSession.IsFrame(bytes) && Session.Finder.HeardAt == world.Now;
        if (isTaken && !_frames.Add(Convert.ToHexString(bytes))) { world.Break(Promise.TakenInOnce, $"{name} took a frame in twice"); }

        if (isTaken) { Known.Add(from.Host); }

        Drain();
    }

    public void SendData()
    {
        if (Session is not { IsEnded: false } session) { return; }

        session.TrySendData(System.Text.Encoding.ASCII.GetBytes($"{name}{++_sentData}"), world.Now);
        Drain();
    }

    public void Timeout()
    {
        Session!.Timeout(world.Now);
        Drain();
    }

    public void Dispose() => Session?.Dispose();

    private void Drain()
    {
        while (Session!.TryTransmit(_buffer, out Transmit transmit))
        {
            byte[] bytes = _buffer[..transmit.Length];
            if (JoinRequest.IsLikely(bytes)) { Joins.Add(bytes); }

            Note((ulong)transmit.Length, transmit.To.ToString());
            world.Send(this, new TransportAddress(host, transmit.From.Port), transmit.To, bytes);
        }

        while (Session.TryEvent(out SessionEvent e))
        {
            Note((ulong)e.Kind, e.Remote.ToString());
            if (e.Kind is SessionEventKind.Opened or SessionEventKind.Closed) { ClosedAt = IsOpen ? null : world.Now; }

            bool isData = e is { Kind: SessionEventKind.Received, Datagram: DatagramKind.Data };
            string text = isData ? System.Text.Encoding.ASCII.GetString(Session.Payload) : "";
            if (isData && !_data.Add(text)) { world.Break(Promise.TakenInOnce, $"{text} was delivered to {name} twice"); }
        }
    }

    private void Note(ulong what, string where) => History = Mix.Of(History, World.Milliseconds(world.Now), what, Mix.Of(where));
}

/// <summary>Digests of 64 bits.</summary>
internal static class Mix
{
    public static ulong Of(params ReadOnlySpan<ulong> words)
    {
        ulong digest = 0;
        foreach (ulong word in words) { digest = new SplitMix64(digest ^ word).Next(); }

        return digest;
    }

    public static ulong Of(string? text)
    {
        ulong digest = 0;
        foreach (char c in text ?? "") { digest = Of(digest, c); }

        return digest;
    }
}
