using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Links;

/// <summary>Two machines on one real link, and nothing else: a pair of the kernel's interfaces.</summary>
internal sealed class Neighbours : IDisposable
{
    /// <summary>The interface of each side.</summary>
    public const string Device = "e0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly List<LabProcess> _processes = [];

    /// <summary>Two machines, A and B.</summary>
    /// <param name="a">The addresses of A, each with its prefix length.</param>
    /// <param name="b">Those of B.</param>
    public Neighbours(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        A = new LabHost("A", new NetworkNamespace("A"));
        B = new LabHost("B", new NetworkNamespace("B"));
        A.Namespace.Ip($"link add {Device} type veth peer name {Device} netns {B.Namespace.Path}");
        SetUp(A, a);
        SetUp(B, b);
        AwaitAddresses(A);
        AwaitAddresses(B);
    }

    public LabHost A { get; }

    public LabHost B { get; }

    /// <summary>The address that the kernel gave a side's interface by itself, with the interface.</summary>
    public static string LinkLocalOf(LabHost host)
    {
        string listed = host.Namespace.Run(() => Tool.Run("ip", ["-6", "-o", "address", "show", "dev", Device, "scope", "link"], ""));
        return $"{listed.Split("inet6 ", 2)[1].Split('/')[0]}%{Device}";
    }

    /// <summary>Starts punch on a side.</summary>
    public LabProcess Start(LabHost host, params IEnumerable<string> arguments) =>
        Start(host, new LabCommand(Prerequisites.Binary, [.. arguments]));

    /// <summary>Starts a program on a side.</summary>
    public LabProcess Start(LabHost host, LabCommand command)
    {
        LabProcess process = host.Start(command);
        _processes.Add(process);
        return process;
    }

    /// <summary>What all processes printed, for people.</summary>
    public string Transcript() =>
        string.Join('\n', _processes.SelectMany(process => process.Output.Concat(process.Errors).Select(line => line.Text).Append("--")));

    public void Dispose()
    {
        foreach (LabProcess process in _processes) { process.Dispose(); }

        A.Dispose();
        B.Dispose();
    }

    /// <summary>The kernel sends nothing from a tentative address: it has to learn first that nobody else has it.</summary>
    private static void AwaitAddresses(LabHost host)
    {
        Instant end = LabClock.Now + Patience;
        while (host.Namespace.Run(() => Tool.Run("ip", ["-6", "-o", "address", "show", "dev", Device, "tentative"], "")).Length > 0)
        {
            if (LabClock.Now > end) { throw new TimeoutException($"{host.Name} has an address that stays tentative"); }

            LabClock.WaitUntil(LabClock.Now + Tick);
        }
    }

    private static void SetUp(LabHost host, IReadOnlyList<string> addresses) => host.Namespace.Ip(
    [
        "link set lo up",
        .. addresses.Select(address => $"address add {address} dev {Device}{(address.Contains(':', StringComparison.Ordinal) ? " nodad" : "")}"),
        $"link set {Device} up",
    ]);
}
