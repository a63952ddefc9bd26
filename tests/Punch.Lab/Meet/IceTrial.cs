using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Meet;

/// <summary>
/// A pair of python3-aioice on the same network as a <see cref="MeetTrial"/>. A waits at the signalling server, and B comes later.
/// </summary>
internal static class IceTrial
{
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "ice_peer.py");

    /// <summary>Debian's interpreter, which has Debian's packages. The path may have another one first.</summary>
    public const string Interpreter = "/usr/bin/python3";

    public static IceResult Run(Cell cell, ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost a = lab.Add(cell.A);
        LabHost b = lab.Add(cell.B);
        lab.Open();
        using var signalling = new SignalServer(lab.Machine);
        MeetPeer[] peers = lab.StartAll((a, Command(lab, "controlled"), TimeSpan.Zero), (b, Command(lab, "controlling"), Lead));
        (MeetPeer waiter, MeetPeer joiner) = (peers[0], peers[1]);
        OutputLine? joined = joiner.WaitFor("connected", Patience);
        OutputLine? heard = waiter.WaitFor("connected", Patience);
        Instant start = joiner.Process.StartedAt;
        Instant? ready = joiner.WaitFor("ready", Patience)?.Time;
        string transcript = lab.Transcript($"{cell.Name}, python3-aioice");
        return new IceResult(joined?.Time - start, heard?.Time - start, joined?.Time - ready, heard?.Time - ready, transcript);
    }

    private static LabCommand Command(MeetLab lab, string role) =>
        new(Interpreter, Script, role, lab.Server.Address.ToString(), $"{lab.Server.Address.Host}:{SignalServer.Port}");
}

/// <summary>How long an ICE pair took.</summary>
/// <param name="Joiner">The time from the joiner's start to its nominated pair.</param>
/// <param name="Waiter">The time from the joiner's start to the waiting side's nominated pair.</param>
/// <param name="JoinerReady">The joiner's time without the start of the interpreter.</param>
/// <param name="WaiterReady">The waiting side's time without the start of the joiner's interpreter.</param>
/// <param name="Transcript">Everything that happened.</param>
internal sealed record IceResult(TimeSpan? Joiner, TimeSpan? Waiter, TimeSpan? JoinerReady, TimeSpan? WaiterReady, string Transcript)
{
    public bool AreBothConnected => Joiner is not null && Waiter is not null;
}
