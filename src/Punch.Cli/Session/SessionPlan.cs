using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>What a session is run with, once names are resolved and sockets are bound.</summary>
/// <param name="Start">What its presenter is told.</param>
/// <param name="Target">Whom to reach.</param>
/// <param name="Hosts">This machine's addresses, where the session is to hear when they change; null otherwise.</param>
/// <param name="Name">The server's name, which is looked up again when the server falls silent; null where it has none.</param>
internal sealed record SessionPlan(SessionStart Start, SessionTarget Target, AddressWatch? Hosts = null, NameWatch? Name = null)
{
    /// <summary>The routes to private addresses of the peer; null where nobody asks.</summary>
    public RouteWatch? Routes { get; init; }

    /// <summary>Is told where the server answered; null for nobody.</summary>
    public Action<TransportAddress>? Reached { get; init; }

    /// <summary>Its streams; null where it has none. Who runs the session disposes of them.</summary>
    public StreamCarrier? Streams { get; init; }

    /// <summary>Passes the stream to a far end on to a command, and returns its descriptor; null where that is not to be.</summary>
    public Func<TransportAddress, int?>? PassesStream { get; init; }

    /// <summary>All that the session is to hear of.</summary>
    public IEnumerable<INetworkWatch> Watches => new INetworkWatch?[] { Hosts, Name, Routes }.OfType<INetworkWatch>();
}
