using Punch.Protocol.Candidates.Interfaces;

namespace Punch.Net.Addresses;

/// <summary>
/// The facts that Linux has in files about interfaces: which have a default route, and their kind. Read once for one listing.
/// </summary>
/// <param name="root">The root directory of the files; tests use another one than /.</param>
internal sealed class LinuxInterfaceFacts(string root = "/")
{
    private const int V4Columns = 8;
    private const int V6Columns = 10;

    // A host with many prefixes has many routes. Default routes stand near the top.
    private const int MaxRoutes = 4096;

    private readonly Dictionary<string, InterfaceTraits> _known = [];
    private HashSet<string>? _defaults;

    /// <summary>The facts about an interface.</summary>
    /// <param name="name">The name of the interface.</param>
    /// <param name="hasCarrier">Whether it is connected.</param>
    public InterfaceTraits Of(string name, bool hasCarrier)
    {
        if (_known.TryGetValue(name, out InterfaceTraits known)) { return known; }

        string folder = Path.Combine(root, "sys/class/net", name);
        InterfaceLink link = Directory.Exists(Path.Combine(folder, "bridge")) ? InterfaceLink.Bridge
            : Directory.Exists(Path.Combine(folder, "device")) ? InterfaceLink.Physical
            : InterfaceLink.Other;
        _defaults ??= Defaults();
        return _known[name] = new InterfaceTraits(_defaults.Contains(name), link, hasCarrier);
    }

    private HashSet<string> Defaults() =>
    [
        // Iface Destination Gateway Flags RefCnt Use Metric Mask ...: a destination and a mask of zeros
        .. Rows("proc/net/route", V4Columns).Where(row => IsZero(row[1]) && IsZero(row[7])).Select(row => row[0]),

        // destination, its length, source, its length, next hop, metric, RefCnt, Use, flags, interface
        .. Rows("proc/net/ipv6_route", V6Columns).Where(row => IsZero(row[0]) && IsZero(row[1])).Select(row => row[9]),
    ];

    private static bool IsZero(string hex) => hex.AsSpan().TrimStart('0').IsEmpty;

    private IEnumerable<string[]> Rows(string file, int columns)
    {
        try
        {
            return
            [
                .. File.ReadLines(Path.Combine(root, file)).Take(MaxRoutes)
                    .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    .Where(row => row.Length >= columns),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox hides the file. Then no interface is preferred for its route.
            return [];
        }
    }
}
