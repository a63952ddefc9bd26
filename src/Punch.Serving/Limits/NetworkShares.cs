namespace Punch.Serving.Limits;

/// <summary>
/// Limits each network's share of a table, so that no network fills it or shuts its neighbours out. Networks are counted at several widths:
/// a customer of IPv6 may have a /48 and a provider a /32, and each contains many sites.
/// <para>
/// A network over its share is refused while the table still has free places for others. But parts of it that hold nothing still get a
/// place, up to twice the share. So if one address holds the share of its /24, the other addresses of the /24 can still enter.
/// </para>
/// <para>Without shares nothing is counted, and all may enter.</para>
/// </summary>
/// <param name="limits">The shares.</param>
/// <param name="places">The number of places in the table.</param>
/// <param name="key">The key of the hash.</param>
internal sealed class NetworkShares(ShareLimits limits, int places, (ulong First, ulong Second) key)
{
    private const int ReserveParts = 10;

    // One host with a place may count at four widths.
    private readonly NetworkCounts? _held = limits == ShareLimits.None ? null : new NetworkCounts(2 * places, key);

    /// <summary>The number of counted networks, of all widths.</summary>
    public int Networks => _held?.Networks ?? 0;

    /// <summary>Takes a place for a host.</summary>
    /// <param name="host">The host; <see cref="Leave"/> gives its place back.</param>
    /// <param name="free">The number of free places.</param>
    /// <returns>False, with nothing changed, if the share is used up or the free places are reserved for others.</returns>
    public bool TryEnter(NetworkName host, int free)
    {
        if (_held is null) { return true; }

        if (free <= limits.Reserve ? !MayTakeReserve(_held, host) : !HasShare(_held, host)) { return false; }

        _held.Add(host);
        _held.Add(host.Site);
        _held.Add(host.Region);
        if (host.IsV6) { _held.Add(host.Provider); }

        return true;
    }

    /// <summary>Gives a place of a host back.</summary>
    public void Leave(NetworkName host)
    {
        if (_held is null) { return; }

        _held.Subtract(host);
        _held.Subtract(host.Site);
        _held.Subtract(host.Region);
        if (host.IsV6) { _held.Subtract(host.Provider); }
    }

    private bool HasShare(NetworkCounts held, NetworkName host) =>
        IsOpen(held, host.Site, limits.Site, host)
        && IsOpen(held, host.Region, limits.Region, host.Site)
        && (!host.IsV6 || IsOpen(held, host.Provider, limits.Provider, host.Region));

    private static bool IsOpen(NetworkCounts held, NetworkName network, int share, NetworkName part)
    {
        int places = held[network];
        return places < share || (places - share < share && held[part] == 0);
    }

    private bool MayTakeReserve(NetworkCounts held, NetworkName host) =>
        held[host] == 0
        && HoldsLittle(held, host.Site, limits.Site)
        && HoldsLittle(held, host.Region, limits.Region)
        && (!host.IsV6 || HoldsLittle(held, host.Provider, limits.Provider));

    private static bool HoldsLittle(NetworkCounts held, NetworkName network, int share) =>
        held[network] < Math.Max(1, share / ReserveParts);
}
