namespace Punch.Serving.Limits;

/// <summary>The most places of a table that each network may hold; see <see cref="NetworkShares"/>.</summary>
/// <param name="Site">The share of a /24 of IPv4 or /56 of IPv6.</param>
/// <param name="Region">The share of a /16 of IPv4 or /48 of IPv6.</param>
/// <param name="Provider">The share of a /32 of IPv6.</param>
/// <param name="Reserve">
/// The number of last places that are reserved. Only hosts that hold none may take them, in networks that hold less than a tenth of their
/// share.
/// </param>
internal readonly record struct ShareLimits(int Site, int Region, int Provider, int Reserve)
{
    // Small tables are for a few people who know each other.
    private const int LeastShare = 16;

    // More sessions than an office has, and with the usual rate no more than a line carries.
    private const int SiteLegs = 64;

    /// <summary>No limits.</summary>
    public static readonly ShareLimits None = new(int.MaxValue, int.MaxValue, int.MaxValue, 0);

    /// <summary>The shares of a table of rooms: 1/64, 1/16 and 1/8 of it, at least 16. A tenth is reserved.</summary>
    public static ShareLimits OfRooms(int total) => new(Share(total, 64), Share(total, 16), Share(total, 8), total / 10);

    /// <summary>The shares of a relay's legs: 64 for a site, or less of a small table; for the others as of rooms.</summary>
    public static ShareLimits OfLegs(int total) => OfRooms(total) with { Site = Math.Min(SiteLegs, Share(total, 64)) };

    private static int Share(int total, int parts) => Math.Max(total / parts, LeastShare);
}
