using System.Text;
using Punch.Lab.Cells;
using Punch.Lab.Meet;
using Punch.Lab.Topology;
using Punch.Protocol;
using Xunit;

namespace Punch.Lab.Tcp;

/// <summary><c>punch meet</c> between networks that let no UDP pass between the two, through the kernel's own NAT and firewall.</summary>
[Trait("group", "tcp")]
public sealed class TcpMeetTests
{
    private const int Runs = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<TcpDoor, TcpDoor> Pairs =>
    [
        new(TcpDoor.HomeDrops, TcpDoor.HomeDrops), new(TcpDoor.HomeDrops, TcpDoor.Firewall), new(TcpDoor.Open, TcpDoor.HomeDrops),
        new(TcpDoor.HomeRefuses, TcpDoor.HomeDrops), new(TcpDoor.HomeRefuses, TcpDoor.HomeRefuses),
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Without_UDP_between_them_two_sides_meet_over_TCP(TcpDoor a, TcpDoor b)
    {
        Prerequisites.NeedPunch();
        for (int i = 0; i < Runs; i++)
        {
            HostAddress address = MeetServer.OneAddress.Addresses[0];
            using var server = new TcpHost("server", TcpDoor.Open, address);
            using var hostA = new TcpHost("A", a, Side.A.V4);
            using var hostB = new TcpHost("B", b, Side.B.V4);
            using var line = new DelayLine(
                TimeSpan.FromMilliseconds(25), onlyUdp: address, (address, server.Line), (Side.A.V4, hostA.Line), (Side.B.V4, hostB.Line));
            using LabProcess serving = server.Host.Start(MeetServer.OneAddress.Command);
            Assert.NotNull(serving.WaitForLine(_ => true, Patience));

            string code = MeetCode.Draw((ulong)i + 1);
            using LabProcess sideA = hostA.Host.Start(MeetPeer.Command(MeetServer.OneAddress, code, "-w", "12", "--direct"));
            using LabProcess sideB = hostB.Host.Start(MeetPeer.Command(MeetServer.OneAddress, code, "-w", "12", "--direct"));

            Assert.True(sideA.WaitForLine(IsOpenOverTcp, Patience) is not null, Transcript(sideA, sideB));
            Assert.True(sideB.WaitForLine(IsOpenOverTcp, Patience) is not null, Transcript(sideA, sideB));
        }
    }

    private static bool IsOpenOverTcp(string line) =>
        line.Contains("\"event\":\"open\"", StringComparison.Ordinal) && line.Contains("\"transport\":\"tcp\"", StringComparison.Ordinal);

    private static string Transcript(LabProcess a, LabProcess b)
    {
        var text = new StringBuilder();
        foreach ((string name, LabProcess side) in (ReadOnlySpan<(string, LabProcess)>)[("A", a), ("B", b)])
        {
            foreach (OutputLine line in side.Output.Concat(side.Errors).OrderBy(line => line.Time))
            {
                text.AppendLine($"{(line.Time - a.StartedAt).TotalMilliseconds,9:F1} ms  {name} {line.Text}");
            }
        }

        return text.ToString();
    }
}
