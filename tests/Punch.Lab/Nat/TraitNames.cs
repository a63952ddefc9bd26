using Punch.Protocol.Nat;

namespace Punch.Lab.Nat;

/// <summary>The words of docs/json.md, written again here. So the tests check the binary independently.</summary>
internal static class TraitNames
{
    public static string Of(Mapping mapping) => mapping switch
    {
        Mapping.None => "none",
        Mapping.EndpointIndependent => "eim",
        Mapping.AddressDependent => "adm",
        Mapping.AddressAndPortDependent => "apdm",
        _ => throw new ArgumentOutOfRangeException(nameof(mapping)),
    };

    public static string Of(Filtering filtering) => filtering switch
    {
        Filtering.None => "none",
        Filtering.EndpointIndependent => "eif",
        Filtering.AddressDependent => "adf",
        Filtering.AddressAndPortDependent => "apdf",
        _ => throw new ArgumentOutOfRangeException(nameof(filtering)),
    };

    public static string Of(PortAllocation allocation) => allocation switch
    {
        PortAllocation.Preserving => "preserving",
        PortAllocation.Sequential => "sequential",
        PortAllocation.Random or PortAllocation.Block => "random",
        _ => throw new ArgumentOutOfRangeException(nameof(allocation)),
    };
}
