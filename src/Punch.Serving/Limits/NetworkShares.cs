namespace Punch.Serving.Limits;

/// <summary>
/// Sees to it that no network fills a table, and that none shuts its neighbours out. Networks are counted at several widths, for a
/// customer of IPv6 may have a /48 and a provider a /32, and each is a great many sites.
/// <para>
/// A network over its share is refused while the table still has places, so the others find some. Only those parts of it that hold
/// nothing still get a place, up to twice the share: a /24 whose share one address holds is open to its other addresses.
/// </para>
/// </summary>
/// <param name="limits">The shares.</param>
/// <param name="places">The table's places.</param>
/// <param name="key">The key of a hash.</param>
internal sealed class NetworkShares(ShareLimits limits, int places, (ulong First, ulong Second) key)
{
    private const int ReserveParts = 10;

    private readonly NetworkCounts _held = new(2 * places, key); // one in a place may count four times

    /// <summary>Networks that are counted, of all widths.</summary>
    public int Networks => _held.Networks;

    /// <summary>Takes a place for a host.</summary>
    /// <param name="host">Whose place it is; it comes back with <see cref="Leave"/>.</param>
    /// <param name="free">Places that are free.</param>
    /// <returns>False, and nothing changed, when its share is used up, or when the free places are kept for others.</returns>
    public bool TryEnter(NetworkName host, int free)
    {
        if (free <= limits.Reserve ? !MayTakeReserve(host) : !HasShare(host)) { return false; }

        _held.Add(host);
        _held.Add(host.Site);
        _held.Add(host.Region);
        if (host.IsV6) { _held.Add(host.Provider); }

        return true;
    }

    /// <summary>Gives a place back.</summary>
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
