using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Parsing;

/// <summary>Applies <c>-4</c> and <c>-6</c> to the addresses on a command line.</summary>
internal static class FamilyRules
{
    /// <summary>The family of an address.</summary>
    public static AddressFamilies Of(HostAddress address) => address.IsV6 ? AddressFamilies.V6 : AddressFamilies.V4;

    /// <summary>Whether an address is of a wanted family.</summary>
    public static bool Include(this AddressFamilies families, HostAddress address) =>
        families == AddressFamilies.Any || families == Of(address);

    /// <summary>The option for a family.</summary>
    public static string Letter(this AddressFamilies families) => families == AddressFamilies.V4 ? "-4" : "-6";
}
