using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;
using Xunit;

namespace Punch.Lab.Nat;

/// <summary>
/// <c>punch nat</c> over IPv6 and both families, and its optional tests, with <c>punch serve</c> at two addresses of each family.
/// </summary>
public sealed class HomeTests(HomeTests.Batch batch) : IClassFixture<HomeTests.Batch>
{
    public static TheoryData<string> Homes { get; } =
        [.. HomeKind.All.Select(home => new TheoryDataRow<string>(home.Name).WithTrait("kind", home.Name).WithTrait("group", "nat"))];

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_report_of_a_home_says_what_was_asked_for(string name)
    {
        Prerequisites.NeedPunch();
        HomeKind home = HomeKind.All.Single(each => each.Name == name);

        (NatReportText? report, string transcript) = await batch.ReportOf(home);

        Assert.True(report is not null, transcript);
        foreach ((string field, string value) in home.Findings) { Assert.True(report.At(field) == value, $"{field} is not {value}\n{transcript}"); }
    }

    /// <summary>All homes at once, each separate. A test that waits for the end of a mapping takes half a minute.</summary>
    public sealed class Batch : IDisposable
    {
        private const string FirstV4 = "192.0.2.1";
        private const string FirstV6 = "2001:db8:f::1";
        private static readonly HostAddress[] Server = [.. new[] { FirstV4, "192.0.2.2", FirstV6, "2001:db8:f::2" }.Select(HostAddress.Parse)];
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
        private readonly Lazy<IReadOnlyDictionary<HomeKind, Task<(NatReportText?, string)>>> _reports;
        private LabNetwork? _lab;
        private LabProcess? _server;

        public Batch() => _reports = new(Begin);

        internal Task<(NatReportText? Report, string Transcript)> ReportOf(HomeKind home) => _reports.Value[home];

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_reports.IsValueCreated)
            {
                foreach (IAsyncResult each in _reports.Value.Values) { each.AsyncWaitHandle.WaitOne(); }
            }

            _server?.Dispose();
            _lab?.Dispose();
        }

        private IReadOnlyDictionary<HomeKind, Task<(NatReportText?, string)>> Begin()
        {
            var uplink = new LinkOptions { Delay = TimeSpan.FromMilliseconds(25), Hops = 8 };
            _lab = new LabNetwork(1);
            LabHost machine = _lab.AddHost(_lab.Network.AddHost("server", _lab.Network.Internet, Server, new LinkOptions()));
            Dictionary<HomeKind, LabHost> hosts = HomeKind.All.Select((home, i) => (home, Place(home, i, uplink))).ToDictionary();
            _lab.Start();
            _server = machine.Start(new LabCommand(
                Prerequisites.Binary, ["serve", "--listen", FirstV4, "-a", "192.0.2.2", "--listen", FirstV6, "-a", "2001:db8:f::2"]));
            StunClient.AwaitAnswer(machine, new TransportAddress(Server[0], 3478), _server);
            StunClient.AwaitAnswer(machine, new TransportAddress(Server[2], 3478), _server);
            return LabWork.Start(HomeKind.All, HomeKind.All.Count, home => Run(home, hosts[home]));
        }

        private LabHost Place(HomeKind home, int index, LinkOptions uplink)
        {
            var side = new Side($"home{index}", HostAddress.Parse($"198.18.{index}.1"), HostAddress.Parse($"2001:db8:{index + 0x100:x}::1"));
            Node router = _lab!.Network.AddRouter($"{side.Name}-router", _lab.Network.Internet, home.RouterAt(side, (ulong)index), uplink);
            return _lab.AddHost(_lab.Network.AddHost(side.Name, router, home.AddressesAt(side), new LinkOptions()));
        }

        private static (NatReportText?, string) Run(HomeKind home, LabHost host)
        {
            string[] servers = [.. home.V4 is null ? [] : new[] { FirstV4 }, .. home.V6 is null ? [] : new[] { FirstV6 }];
            using LabProcess process = host.Start(new LabCommand(
                Prerequisites.Binary, ["nat", .. servers.SelectMany(server => new[] { "--server", server }), .. home.Options, "--json"]));
            bool isInTime = process.WaitForExit(Patience);
            string transcript = string.Join('\n', process.Output.Concat(process.Errors).OrderBy(line => line.Time).Select(line => line.Text));
            return (isInTime ? NatReportText.Read(process.Output[^1].Text) : null, transcript);
        }
    }
}
