using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Parsing;

/// <summary>How <c>-4</c> and <c>-6</c> go with the addresses on a command line.</summary>
internal static class FamilyRules
{
    /// <summary>The one family of an address.</summary>
    public static AddressFamilies Of(HostAddress address) => address.IsV6 ? AddressFamilies.V6 : AddressFamilies.V4;

    /// <summary>Whether an address is of a wanted family.</summary>
    public static bool Include(this AddressFamilies families, HostAddress address) =>
        families == AddressFamilies.Any || families == Of(address);

    /// <summary>The option that asks for one family.</summary>
    public static string Letter(this AddressFamilies families) => families == AddressFamilies.V4 ? "-4" : "-6";
}
