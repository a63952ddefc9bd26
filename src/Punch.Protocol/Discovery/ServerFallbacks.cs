namespace Punch.Protocol.Discovery;

/// <summary>The addresses of one server's name. They are asked one after the other until one replies.</summary>
/// <param name="first">The address that is asked first.</param>
/// <param name="rest">The other addresses.</param>
/// <param name="now">The current time.</param>
internal sealed class ServerFallbacks(ServerProbe first, IEnumerable<DiscoveryServer> rest, Instant now)
{
    // RFC 8305 §5 has 250 ms between connection attempts; a reply over a satellite takes longer.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly Queue<DiscoveryServer> _rest = new(rest);
    private readonly List<ServerProbe> _asked = [first];
    private Instant _begun = now;

    /// <summary>When the next address is asked; null for never.</summary>
    public Instant? NextTimeout => _rest.Count == 0 || _asked.Exists(server => server.IsAnswered) ? null : _begun + Pause;

    /// <summary>The next address, if it is time to ask it.</summary>
    public bool TryNext(Instant now, out DiscoveryServer server)
    {
        server = default;
        if (!(NextTimeout <= now)) { return false; }

        _begun = now;
        server = _rest.Dequeue();
        return true;
    }

    /// <summary>Notes that an address is asked.</summary>
    public void Note(ServerProbe server) => _asked.Add(server);
}
