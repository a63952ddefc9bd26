using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Meet;

/// <summary>A rendezvous server: what is started and how clients name it.</summary>
/// <param name="Name">For people.</param>
/// <param name="Addresses">Of its machine; it answers at the first of each family.</param>
/// <param name="Options">Of <c>punch serve</c>.</param>
internal sealed record MeetServer(string Name, IReadOnlyList<HostAddress> Addresses, params IReadOnlyList<string> Options)
{
    private const string First = "198.18.0.1";
    private const string Second = "198.18.0.2";
    private const string V6 = "2001:db8:ffff::1";

    /// <summary>Two addresses with two ports each: also tells what a NAT does (RFC 5780).</summary>
    public static readonly MeetServer TwoAddresses =
        new("two addresses", [HostAddress.Parse(First), HostAddress.Parse(Second)], "--listen", First, "--alternate", Second);

    public static readonly MeetServer OneAddress = new("one address", [HostAddress.Parse(First)], "--listen", First);

    /// <summary>One address of each family.</summary>
    public static readonly MeetServer BothFamilies =
        new("an address of each family", [HostAddress.Parse(First), HostAddress.Parse(V6)], "--listen", First, "--listen", V6);

    public const int Port = 3478;

    /// <summary>As <c>--via</c> takes it.</summary>
    public string Via => Addresses[0].ToString();

    public TransportAddress Address => new(Addresses[0], Port);

    public LabCommand Command => new(Prerequisites.Binary, ["serve", .. Options, "-vv"]);
}
