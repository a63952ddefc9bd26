using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Punch.Benchmarks.Wan;

/// <summary>A TCP flow of <c>iperf3</c> with a congestion control of the kernel.</summary>
internal sealed class IperfSubject(string congestion, int port = IperfSubject.UsualPort) : Subject($"`iperf3 -C {congestion}`")
{
    public const int UsualPort = 5401;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public override Flow Start(Wire wire, TimeSpan time)
    {
        string text = port.ToString(CultureInfo.InvariantCulture);
        Process server = wire.Start(WireEnd.Far, $"exec iperf3 -s -1 -p {text} >/dev/null");
        if (!TcpPort.IsOpenSoon(server, port))
        {
            Child.End(server);
            throw new InvalidOperationException("iperf3 did not start");
        }

        string seconds = time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        Process client = wire.Start(WireEnd.Near, $"exec iperf3 -c {Wire.Far} -p {text} -t {seconds} -C {congestion} -J");
        return new IperfFlow(server, client, time + Slack);
    }

    private sealed class IperfFlow(Process server, Process client, TimeSpan patience) : Flow
    {
        public override bool Begins() => !client.HasExited;

        public override FlowResult? Finish()
        {
            Task<string> output = client.StandardOutput.ReadToEndAsync();
            if (!client.WaitForExit(patience) || client.ExitCode != 0) { return null; }

            using JsonDocument json = JsonDocument.Parse(output.GetAwaiter().GetResult());
            return new FlowResult(json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble(), null);
        }

        public override void Dispose()
        {
            Child.End(client);
            Child.End(server);
        }
    }
}
