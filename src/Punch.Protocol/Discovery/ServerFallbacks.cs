namespace Punch.Protocol.Discovery;

/// <summary>The addresses of one server's name, asked one after the other until one of them answers.</summary>
/// <param name="first">The one that is asked.</param>
/// <param name="rest">The others.</param>
/// <param name="now">The present.</param>
internal sealed class ServerFallbacks(ServerProbe first, IEnumerable<DiscoveryServer> rest, Instant now)
{
    // RFC 8305 §5 has 250 ms between connection attempts; an answer over a satellite takes longer.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly Queue<DiscoveryServer> _rest = new(rest);
    private readonly List<ServerProbe> _asked = [first];
    private Instant _begun = now;

    /// <summary>When the next one is to be asked; null for never.</summary>
    public Instant? NextTimeout => _rest.Count == 0 || _asked.Exists(server => server.IsAnswered) ? null : _begun + Pause;

    /// <summary>The next one, when it is time to ask it.</summary>
    public bool TryNext(Instant now, out DiscoveryServer server)
    {
        server = default;
        if (!(NextTimeout <= now)) { return false; }

        _begun = now;
        server = _rest.Dequeue();
        return true;
    }

    /// <summary>Takes note that it is asked.</summary>
    public void Note(ServerProbe server) => _asked.Add(server);
}
