using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Meet;

/// <summary>A rendezvous server: its command, and its name for clients.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Addresses">The addresses of its machine. It serves the first of each family.</param>
/// <param name="Options">The options of <c>punch serve</c>.</param>
internal sealed record MeetServer(string Name, IReadOnlyList<HostAddress> Addresses, params IReadOnlyList<string> Options)
{
    private const string First = "198.18.0.1";
    private const string Second = "198.18.0.2";
    private const string V6 = "2001:db8:ffff::1";

    /// <summary>Two addresses with two ports each, which can also test a NAT (RFC 5780).</summary>
    public static readonly MeetServer TwoAddresses =
        new("two addresses", [HostAddress.Parse(First), HostAddress.Parse(Second)], "--listen", First, "--alternate", Second);

    public static readonly MeetServer OneAddress = new("one address", [HostAddress.Parse(First)], "--listen", First);

    /// <summary>One address of each family.</summary>
    public static readonly MeetServer BothFamilies =
        new("an address of each family", [HostAddress.Parse(First), HostAddress.Parse(V6)], "--listen", First, "--listen", V6);

    public static readonly MeetServer WithoutRelay =
        new("no relay", [HostAddress.Parse(First), HostAddress.Parse(Second)], "--listen", First, "--alternate", Second, "--no-relay");

    /// <summary>Two addresses, and TLS for those whose network drops UDP.</summary>
    public static readonly MeetServer WithTls =
        new("two addresses and TLS", [HostAddress.Parse(First), HostAddress.Parse(Second)], "--listen", First, "--alternate", Second) { HasTls = true };

    /// <summary>Once told to stop, it relays on for a few seconds.</summary>
    public static readonly MeetServer Draining =
        new("two addresses and a drain", [HostAddress.Parse(First), HostAddress.Parse(Second)], "--listen", First, "--alternate", Second, "--drain", "4s");

    public const int Port = 3478;

    /// <summary>Whether it serves TLS, with a certificate that the lab makes.</summary>
    public bool HasTls { get; private init; }

    /// <summary>Whether it relays.</summary>
    public bool Relays => !Options.Contains("--no-relay");

    /// <summary>The value for <c>--via</c>.</summary>
    public string Via => Addresses[0].ToString();

    public TransportAddress Address => new(Addresses[0], Port);

    public LabCommand Command => new(Prerequisites.Binary, ["serve", .. Options, "-vv"]);
}
