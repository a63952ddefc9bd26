namespace Punch.Serving.Limits;

/// <summary>
/// Limits each network's share of a table, so that no network fills it or shuts its neighbours out. Networks are counted at several widths:
/// a customer of IPv6 may have a /48 and a provider a /32, and each contains many sites.
/// <para>
/// A network over its share is refused while the table still has free places for others. But parts of it that hold nothing still get a
/// place, up to twice the share. So if one address holds the share of its /24, the other addresses of the /24 can still enter.
/// </para>
/// </summary>
/// <param name="limits">The shares.</param>
/// <param name="places">The number of places in the table.</param>
/// <param name="key">The key of the hash.</param>
internal sealed class NetworkShares(ShareLimits limits, int places, (ulong First, ulong Second) key)
{
    private const int ReserveParts = 10;

    private readonly NetworkCounts _held = new(2 * places, key); // one host with a place may count at four widths

    /// <summary>The number of counted networks, of all widths.</summary>
    public int Networks => _held.Networks;

    /// <summary>Takes a place for a host.</summary>
    /// <param name="host">The host; <see cref="Leave"/> gives its place back.</param>
    /// <param name="free">The number of free places.</param>
    /// <returns>False, with nothing changed, if the share is used up or the free places are reserved for others.</returns>
    public bool TryEnter(NetworkName host, int free)
    {
        if (free <= limits.Reserve ? !MayTakeReserve(host) : !HasShare(host)) { return false; }

        _held.Add(host);
        _held.Add(host.Site);
        _held.Add(host.Region);
        if (host.IsV6) { _held.Add(host.Provider); }

        return true;
    }

    /// <summary>Gives a place of a host back.</summary>
    public void Leave(NetworkName host)
    {
        _held.Subtract(host);
        _held.Subtract(host.Site);
        _held.Subtract(host.Region);
        if (host.IsV6) { _held.Subtract(host.Provider); }
    }

    private bool HasShare(NetworkName host) =>
        IsOpen(host.Site, limits.Site, host)
        && IsOpen(host.Region, limits.Region, host.Site)
        && (!host.IsV6 || IsOpen(host.Provider, limits.Provider, host.Region));

    private bool IsOpen(NetworkName network, int share, NetworkName part)
    {
        int held = _held[network];
        return held < share || (held - share < share && _held[part] == 0);
    }

    private bool MayTakeReserve(NetworkName host) =>
        _held[host] == 0
        && HoldsLittle(host.Site, limits.Site)
        && HoldsLittle(host.Region, limits.Region)
        && (!host.IsV6 || HoldsLittle(host.Provider, limits.Provider));

    private bool HoldsLittle(NetworkName network, int share) => _held[network] < Math.Max(1, share / ReserveParts);
}
