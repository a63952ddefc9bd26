using System.Text;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Tcp;

/// <summary>Two hosts behind doors, with a process each. The round trip between them is 80 ms.</summary>
internal sealed class TcpRun : IDisposable
{
    /// <summary>The round trip between the hosts.</summary>
    public static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(80);

    private readonly TcpHost _hostA;
    private readonly TcpHost _hostB;
    private readonly DelayLine _line;
    private readonly string _title;

    public TcpRun(TcpDoor a, TcpDoor b, TimeSpan gap, params string[] options)
    {
        _title = $"{a} x {b}, {StartGap.Text(gap)}";
        _hostA = new TcpHost("A", a, Side.A.V4);
        _hostB = new TcpHost("B", b, Side.B.V4);
        _line = new DelayLine(RoundTrip / 2, onlyUdp: null, (Side.A.V4, _hostA.Line), (Side.B.V4, _hostB.Line));
        Instant first = LabClock.Now + TimeSpan.FromMilliseconds(10);
        Task<Spawned> spawnA = _hostA.Host.SpawnAt(first, PunchPeer.With(["--tcp", .. options])(Side.B.V4));
        Task<Spawned> spawnB = _hostB.Host.SpawnAt(first + gap, PunchPeer.With(["--tcp", .. options])(Side.A.V4));
        A = new LabProcess(spawnA.GetAwaiter().GetResult());
        B = new LabProcess(spawnB.GetAwaiter().GetResult());
    }

    public LabProcess A { get; }

    public LabProcess B { get; }

    public LabProcess[] Sides => [A, B];

    /// <summary>
    /// The time from the later start to the later proof, in round trips, without what a process waited for a processor; null if a side has
    /// none.
    /// </summary>
    public double? RoundTripsToProof
    {
        get
        {
            Instant start = A.StartedAt > B.StartedAt ? A.StartedAt : B.StartedAt;
            TimeSpan waited = A.ProcessorWait > B.ProcessorWait ? A.ProcessorWait : B.ProcessorWait;
            return PunchPeer.OpenedAt(A) is { } a && PunchPeer.OpenedAt(B) is { } b ? ((a > b ? a : b) - start - waited) / RoundTrip : null;
        }
    }

    public bool WaitForExits(TimeSpan timeout) => Sides.All(side => side.WaitForExit(timeout));

    /// <summary>The output of both sides, for people.</summary>
    public string Transcript()
    {
        var text = new StringBuilder().AppendLine(_title);
        foreach ((string name, LabProcess side) in (ReadOnlySpan<(string, LabProcess)>)[("A", A), ("B", B)])
        {
            IEnumerable<OutputLine> lines = side.Output.Concat(side.Errors).OrderBy(line => line.Time);
            foreach (OutputLine line in lines) { text.AppendLine($"{(line.Time - A.StartedAt).TotalMilliseconds,9:F1} ms  {name} {line.Text}"); }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        _line.Dispose();
        _hostA.Dispose();
        _hostB.Dispose();
    }
}
