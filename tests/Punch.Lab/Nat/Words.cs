using Punch.Protocol.Discovery;

namespace Punch.Lab.Nat;

/// <summary>The words of docs/json.md, written down again: the tests hold the binary to them.</summary>
internal static class Words
{
    public static string Of(MappingBehavior mapping) => mapping switch
    {
        MappingBehavior.None => "none",
        MappingBehavior.EndpointIndependent => "eim",
        MappingBehavior.AddressDependent => "adm",
        MappingBehavior.AddressAndPortDependent => "apdm",
        _ => throw new ArgumentOutOfRangeException(nameof(mapping)),
    };

    public static string Of(FilteringBehavior filtering) => filtering switch
    {
        FilteringBehavior.None => "none",
        FilteringBehavior.EndpointIndependent => "eif",
        FilteringBehavior.AddressDependent => "adf",
        FilteringBehavior.AddressAndPortDependent => "apdf",
        _ => throw new ArgumentOutOfRangeException(nameof(filtering)),
    };

    public static string Of(AllocationBehavior allocation) => allocation switch
    {
        AllocationBehavior.Preserving => "preserving",
        AllocationBehavior.Sequential => "sequential",
        AllocationBehavior.Random or AllocationBehavior.Block => "random",
        _ => throw new ArgumentOutOfRangeException(nameof(allocation)),
    };
}
