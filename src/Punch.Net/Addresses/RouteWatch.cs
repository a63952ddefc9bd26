using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>
/// Finds which private hosts this machine reaches by a route of their own, as a VPN or a lab makes it. The system names the address that
/// it would send from. Where that is another one than towards everywhere, the route is another one. Nothing is sent.
/// </summary>
/// <param name="sourceTowards">The address that the system sends from towards a place; null for no way.</param>
public sealed class RouteWatch(Func<TransportAddress, HostAddress?> sourceTowards) : INetworkWatch
{
    /// <summary>How many hosts are looked at; a peer names them.</summary>
    public const int Capacity = 32;

    // RFC 5737 and RFC 3849: hosts of no network, so that only the default route leads there.
    private static readonly TransportAddress EverywhereV4 = TransportAddress.Parse("203.0.113.1:9");
    private static readonly TransportAddress EverywhereV6 = TransportAddress.Parse("[2001:db8::1]:9");

    private readonly HashSet<HostAddress> _asked = [];
    private readonly HashSet<HostAddress> _routed = [];
    private readonly List<TransportAddress> _waiting = [];

    /// <summary>Looks at the routes of the system.</summary>
    public RouteWatch()
        : this(LocalRoute.Towards)
    {
    }

    /// <inheritdoc/>
    public Instant? Next => _waiting.Count > 0 ? Instant.Zero : null;

    /// <summary>Has the private ones among these addresses looked at.</summary>
    public void Ask(IEnumerable<TransportAddress> addresses)
    {
        foreach (TransportAddress address in addresses)
        {
            bool isPrivate = address.Host.Scope() is AddressScope.Private or AddressScope.Shared;
            if (isPrivate && _asked.Count < Capacity && _asked.Add(address.Host)) { _waiting.Add(address); }
        }
    }

    /// <inheritdoc/>
    public bool TryNotice(Instant now, out NetworkNotice notice)
    {
        notice = default;
        int before = _routed.Count;
        foreach (TransportAddress address in _waiting)
        {
            HostAddress? source = sourceTowards(address);
            bool isRouted = source is not null && source != sourceTowards(address.Host.IsV6 ? EverywhereV6 : EverywhereV4);
            if (isRouted) { _routed.Add(address.Host); }
        }

        _waiting.Clear();
        if (_routed.Count == before) { return false; }

        notice = NetworkNotice.RoutesFound(new HashSet<HostAddress>(_routed));
        return true;
    }
}
