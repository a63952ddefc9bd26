using Punch.Protocol;

namespace Punch.Server;

/// <summary>
/// Notices that something in front of this machine rewrites source addresses, for example a container host that masquerades. Then most
/// datagrams have one private source, the gateway's. No client then learns an address that its peer could use.
/// </summary>
/// <param name="gateways">Reads this machine's gateways. It is called only when a report may be due.</param>
internal sealed class SourceWatch(Func<IReadOnlyCollection<HostAddress>> gateways)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private HostAddress? _suspect;
    private ushort _firstPort;
    private bool _hasMorePorts;
    private long _fromSuspect;
    private long _fromOthers;
    private Instant _end = Instant.Zero;
    private bool _isDecided;

    /// <summary>Counts the source of a datagram.</summary>
    public void Note(in TransportAddress client)
    {
        if (_suspect is { } suspect && suspect == client.Host)
        {
            _fromSuspect++;
            _hasMorePorts |= client.Port != _firstPort;
        }
        else if (_suspect is null && client.Host.Scope() is AddressScope.Private or AddressScope.Shared or AddressScope.LinkLocal)
        {
            (_suspect, _firstPort, _fromSuspect) = (client.Host, client.Port, 1);
        }
        else
        {
            _fromOthers++;
        }
    }

    /// <summary>Whether to report now; at most once a minute.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="seen">The source address that replaces the true ones.</param>
    public bool IsDue(Instant now, out HostAddress seen)
    {
        seen = _suspect.GetValueOrDefault();
        bool isDue = !_isDecided && _suspect is not null && _hasMorePorts && _fromSuspect > _fromOthers && MayRewrite(seen);
        if (isDue) { _end = now + Window; }

        if (now < _end) { return isDue; }

        (_suspect, _hasMorePorts, _fromSuspect, _fromOthers, _end, _isDecided) = (null, false, 0, 0, now + Window, false);
        return false;
    }

    // A container's only neighbour may be the host, and no route lead further. On a link without any other addresses the sources are true.
    private bool MayRewrite(in HostAddress host)
    {
        _isDecided = true;
        IReadOnlyCollection<HostAddress> known = gateways();
        return known.Contains(host) || (known.Count == 0 && host is not { IsV6: true, ScopeId: not 0 });
    }
}
