using Punch.Cli.Parsing;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Nat;

/// <summary>The options of <c>punch nat</c>, parsed and checked.</summary>
internal sealed record NatOptions
{
    /// <summary>The servers to ask, as the user typed them; at least one.</summary>
    public required IReadOnlyList<RemoteTarget> Servers { get; init; }

    /// <summary>The requirements for success; empty if any result is a success.</summary>
    public IReadOnlyList<NatRequirement> Requirements { get; init; } = [];

    /// <summary>Which families to test.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.Any;

    /// <summary>The only local address to use; null to let the system choose.</summary>
    public HostAddress? Bind { get; init; }

    /// <summary>The time after the start when it stops with the findings so far; null for no limit.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether to send packets to this network's public address.</summary>
    public bool TestsHairpin { get; init; }

    /// <summary>Whether to test how long mappings live, which takes minutes.</summary>
    public bool TestsLifetime { get; init; }

    /// <summary>Whether stdout carries JSON lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the verdict is printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How many times <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }
}
