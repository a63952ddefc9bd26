using Punch.Cli.Parsing;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Nat;

/// <summary>What <c>punch nat</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record NatOptions
{
    /// <summary>RFC 8489 §18.6.</summary>
    public const ushort StunPort = 3478;

    /// <summary>The servers to ask, as they were typed; one at least.</summary>
    public required IReadOnlyList<RemoteTarget> Servers { get; init; }

    /// <summary>What has to hold for success; empty when the answer itself is all that is wanted.</summary>
    public IReadOnlyList<NatRequirement> Requirements { get; init; } = [];

    /// <summary>Which families to test.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.Any;

    /// <summary>The only local address to use; null for the system's choice.</summary>
    public HostAddress? Bind { get; init; }

    /// <summary>Stop this long after the start with what is known; null to finish.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether to send to the own public address.</summary>
    public bool TestsHairpin { get; init; }

    /// <summary>Whether to find out how long mappings live, which takes minutes.</summary>
    public bool TestsLifetime { get; init; }

    /// <summary>Whether stdout carries JSON lines.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the verdict is printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How often <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }
}
