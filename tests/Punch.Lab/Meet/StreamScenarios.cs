using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>Scenarios of <c>punch meet --pipe</c>: every byte arrives, and both sides know it.</summary>
internal static class StreamScenarios
{
    private const int Lines = 300_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Hash = HashOfLines();

    private static readonly Cell Easy = new(HostKind.Linux, HostKind.Of(NatPresets.PortRestricted));

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        .. from cell in (Cell[])
           [
               Easy,
               new(HostKind.KernelDrop, HostKind.KernelDrop),
               new(HostKind.Of(NatPresets.SymmetricRandom), HostKind.Of(NatPresets.SymmetricRandom)),
           ]
           select new MeetScenario($"{cell.Name}: a stream arrives whole", seed => Carry(cell, seed, loss: 0, isSlow: false)),
        new($"{Easy.Name}: a stream arrives whole at 3 % loss", seed => Carry(Easy, seed, loss: 0.03, isSlow: false)),
        new($"{Easy.Name}: a stream outlives the reboot of a NAT", seed => Carry(Easy, seed, loss: 0, isSlow: true)),
    ];

    private static ScenarioResult Carry(Cell cell, ulong seed, double loss, bool isSlow)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost sender = lab.Add(cell.A, loss);
        LabHost receiver = lab.Add(cell.B, loss);
        lab.Open();
        string meet = $"$0 meet {MeetCode.Draw(seed)} --via {lab.Server.Via} --pipe -w 50";

        // A slow writer, so that the reboot comes in the middle.
        string pace = isSlow ? "| awk '{ print } NR % 6000 == 0 { fflush(); system(\"sleep 0.1\") }'" : "";
        MeetPeer[] peers = lab.StartAll(
            (sender, Shell($"seq 1 {Lines} {pace} | {meet}"), TimeSpan.Zero),
            (receiver, Shell($"{{ {meet} < /dev/null || echo exit $?; }} | sha256sum"), TimeSpan.Zero));
        if (isSlow)
        {
            peers[0].Process.WaitForError(line => line.StartsWith("Path open", StringComparison.Ordinal), Patience);
            Thread.Sleep(TimeSpan.FromSeconds(1.5));
            lab.RebootNatsOf(receiver);
        }

        MeetScenario.AwaitExits(Patience, peers);
        return MeetScenario.Judge(
            lab,
            $"{cell.Name}, loss {loss}",
            MeetScenario.EndedWith(peers[0], 0),
            MeetScenario.EndedWith(peers[1], 0),
            (peers[1].Process.Output.Any(line => line.Text.StartsWith(Hash, StringComparison.Ordinal)), "what came is what was sent"));
    }

    private static LabCommand Shell(string script) => new("sh", ["-c", script, Prerequisites.Binary]);

    private static string HashOfLines()
    {
        var text = new StringBuilder();
        for (int i = 1; i <= Lines; i++) { text.Append(CultureInfo.InvariantCulture, $"{i}\n"); }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
    }
}
