using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>Which addresses the Internet routes.</summary>
internal static class AddressScope
{
    // RFC 6890 and the registries it founded. Documentation prefixes (192.0.2.0/24 and the like) count as public: tests live there.
    private static readonly (HostAddress Prefix, int Bits)[] Private =
    [
        (HostAddress.Parse("0.0.0.0"), 8),
        (HostAddress.Parse("10.0.0.0"), 8),
        (HostAddress.Parse("100.64.0.0"), 10),
        (HostAddress.Parse("127.0.0.0"), 8),
        (HostAddress.Parse("169.254.0.0"), 16),
        (HostAddress.Parse("172.16.0.0"), 12),
        (HostAddress.Parse("192.168.0.0"), 16),
        (HostAddress.Parse("224.0.0.0"), 4),
        (HostAddress.Parse("240.0.0.0"), 4),
        (HostAddress.Parse("::"), 127),
        (HostAddress.Parse("fc00::"), 7),
        (HostAddress.Parse("fe80::"), 10),
        (HostAddress.Parse("ff00::"), 8),
    ];

    public static bool IsPublic(HostAddress address)
    {
        foreach ((HostAddress prefix, int bits) in Private)
        {
            if (address.SharesPrefix(prefix, bits)) { return false; }
        }

        return true;
    }
}
