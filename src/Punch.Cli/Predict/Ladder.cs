using System.Globalization;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>
/// Draws one run: two hosts, the boxes between them, and each packet. Time runs down. A packet has a line when it leaves its side and one
/// when it arrives at the other, with the reason of each box beside it.
/// </summary>
internal sealed class Ladder
{
    /// <summary>The width of the picture in columns.</summary>
    public const int Width = WordWrap.Width;

    // The lifelines: host A, its NAT, B's NAT, host B. The time stands before them.
    private const int A = 10;
    private const int NatA = 28;
    private const int NatB = 61;
    private const int B = 79;

    /// <summary>The longest name of a network, or of a report's file, that the first lines show in full.</summary>
    private const int LongestName = 20;

    /// <summary>The most packets drawn. A run that does not open sends the same packets again and again.</summary>
    private const int MaxTraces = 30;

    /// <summary>
    /// The delay of B's start. It is a little longer than the one-way delay, so that the picture is short but shows the early packet being
    /// lost.
    /// </summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(95);

    /// <summary>The part that is drawn of a run that does not open.</summary>
    private static readonly TimeSpan LongestHopeless = TimeSpan.FromSeconds(2);

    private readonly PossibleNetwork _a;
    private readonly PossibleNetwork _b;
    private readonly Dictionary<long, PacketTrace> _traces = [];
    private readonly List<(Instant At, string Text, bool IsA)> _notes = [];
    private readonly HashSet<(Node, TransportAddress)> _sentTo = [];
    private readonly HashSet<(Node, TransportAddress)> _explained = [];
    private readonly List<string> _lines = [];
    private Instant? _start;

    private Ladder(PossibleNetwork a, PossibleNetwork b) => (_a, _b) = (a, b);

    /// <summary>Runs the pair and draws it.</summary>
    public static IReadOnlyList<string> Draw(PossibleNetwork a, PossibleNetwork b, Introduction introduction, ulong seed)
    {
        var ladder = new Ladder(a, b);
        var run = new PairRun(a, b, introduction, seed) { Gap = Gap, Observer = ladder.Note, OnEvent = ladder.Note };
        PairRunResult result = run.Run();
        ladder.Head(run, introduction);
        ladder.Body(result.IsOpen);
        return ladder._lines;
    }

    private void Note(NetworkStep step)
    {
        _start ??= step.At;
        if (step.Kind == StepKind.Sent) { _traces[step.PacketId] = new PacketTrace(step, step.Where.Name == "A"); }
        else if (_traces.TryGetValue(step.PacketId, out PacketTrace? trace)) { trace.Add(step); }
    }

    private void Note(Node host, SessionEvent e, Instant at)
    {
        bool isA = host.Name == "A";
        if (e.Kind == SessionEventKind.Opened)
        {
            _notes.Add((at, $"{host.Name} has its proof: the path to {e.Remote} works both ways", isA));
        }
    }

    private void Head(PairRun run, Introduction introduction)
    {
        (string a, string b) = (Name("A", _a), Name("B", _b));
        if (introduction == Introduction.Server)
        {
            _lines.Add($"A server sees {a} at {run.Known.A}");
            _lines.Add($"and {b} at {run.Known.B}. It names each to the other.");
        }
        else
        {
            _lines.Add($"{a} is told to reach {run.Known.B},");
            _lines.Add($"{b} is told to reach {run.Known.A}. No server helps.");
        }

        _lines.Add("");
        _lines.Add(Columns("A", BoxName(_a), BoxName(_b), "B"));
        _lines.Add(Columns($"{run.SiteA.Address}", $"{run.SiteA.PublicAddress}", $"{run.SiteB.PublicAddress}", $"{run.SiteB.Address}"));
        _lines.Add(Lines().ToString());
    }

    private static string Columns(string a, string natA, string natB, string b) =>
        new Canvas(Width)
            .Left(A, a[..Math.Min(a.Length, NatA - A - 1)])
            .Left(NatA, natA)
            .Right(NatB + 1, natB)
            .Right(B + 1, b[..Math.Min(b.Length, B - NatB - 1)])
            .ToString();

    private static string Name(string side, PossibleNetwork candidate)
    {
        string name = candidate.Access.Name;
        return $"{side} ({(name.Length > LongestName ? name[..(LongestName - 3)] + "..." : name)})";
    }

    private static string BoxName(PossibleNetwork candidate) => candidate.Access switch
    {
        { Nats.Count: > 1 } => "NATs",
        { IsTranslated: true } => "NAT",
        { Firewall: not Filtering.None } => "firewall",
        _ => "router",
    };

    private static Canvas Lines() => new Canvas(Width).Left(A, "|").Left(NatA, "|").Left(NatB, "|").Left(B, "|");

    private void Body(bool isOpen)
    {
        Instant start = _start ?? Instant.Zero;
        // A probe to an address that both networks have never leaves its own side.
        PacketTrace[] all = [.. _traces.Values.Where(trace => trace.Out.Any() || trace.Drop is not null)];
        PacketTrace[] drawn = [.. all.Where(trace => isOpen || trace.SentAt - start <= LongestHopeless).Take(MaxTraces)];
        IEnumerable<(Instant At, int Order, Action Draw)> rows =
        [
            .. drawn.Select((trace, i) => (trace.SentAt, 3 * i, (Action)(() => Departure(trace, start)))),
            .. drawn.Where(trace => trace.EndedAt is not null && trace.IsOut)
                .Select((trace, i) => (trace.EndedAt!.Value, (3 * i) + 1, (Action)(() => Arrival(trace, start)))),
            .. _notes.Select((note, i) => (note.At, int.MaxValue - 9 + i, (Action)(() => Note(note.Text, note.IsA)))),
        ];
        foreach ((_, _, Action draw) in rows.OrderBy(row => row.At).ThenBy(row => row.Order)) { draw(); }

        _lines.Add(Lines().ToString());
        int more = all.Length - drawn.Length;
        if (more > 0)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{"",A}(and so on: {more} more packets, and none opens a path)"));
        }
    }

    private void Departure(PacketTrace trace, Instant start)
    {
        (int host, int nat) = trace.IsFromA ? (A, NatA) : (B, NatB);
        Canvas line = Lines().Arrow(host, nat, trace.Words, trace.IsFromA ? '>' : '<').Left(0, Time(trace.SentAt - start));
        List<string> words = [];
        foreach (NetworkStep step in trace.Out)
        {
            bool isFirst = _sentTo.Add((step.Where, step.Before.Destination));
            string box = words.Count == 0 ? "" : "carrier: ";
            words.Add(box + BoxText.Out(step, isFirst));
        }

        if (!trace.IsOut) { words = [BoxText.Drop(trace.Drop!.Value, trace.IsFromA ? "A" : "B")]; }

        // There is room beside the arrow between the two NATs. Further lines may cover the lifeline of their own NAT.
        foreach (string each in words)
        {
            int overlap = Math.Max(0, each.Length - (NatB - NatA - 3));
            _lines.Add((trace.IsFromA ? line.Left(NatA + 2 - overlap, each) : line.Right(NatB - 1 + overlap, each)).ToString());
            line = Lines();
        }
    }

    private void Arrival(PacketTrace trace, Instant start)
    {
        (int near, int far, int host) = trace.IsFromA ? (NatA, NatB, B) : (NatB, NatA, A);
        char head = trace.IsFromA ? '>' : '<';
        bool isIn = trace.IsDelivered;
        string ends = $"{trace.Outside.Source} to :{trace.Outside.Destination.Port.ToString(CultureInfo.InvariantCulture)}";
        Canvas line = Lines().Left(0, Time(trace.EndedAt!.Value - start)).Arrow(near, far, ends, isIn ? head : 'x');
        _lines.Add((isIn ? line.Arrow(far, host, trace.Words, head) : line).ToString());
        Explain(trace);
    }

    /// <summary>Explains why a packet came in, once for each sender, and why it did not, each time.</summary>
    private void Explain(PacketTrace trace)
    {
        string host = trace.IsFromA ? "B" : "A";
        string words = "";
        if (trace.Drop is { } drop) { words = $"{BoxText.Drop(drop, host)}{By(drop.Where)}"; }
        else
        {
            foreach (NetworkStep step in trace.In)
            {
                string why = BoxText.In(step, host);
                if (why.Length > 0 && _explained.Add((step.Where, step.Before.Source))) { words = $"{why}{By(step.Where)}"; }
            }
        }

        if (words.Length == 0) { return; }

        // It ends beside its NAT, or, if it is long, begins beside the other host.
        int overlap = Math.Max(0, words.Length - (NatB - A - 4));
        Canvas line = Lines();
        _lines.Add((trace.IsFromA ? line.Right(NatB - 1 + overlap, $" {words}") : line.Left(NatA + 2 - overlap, $"{words} ")).ToString());
    }

    private static string By(Node where) =>
        where is { IsRouter: true, Middlebox: not null } && !where.Name.EndsWith("nat", StringComparison.Ordinal) ? " (carrier)" : "";

    private void Note(string text, bool isA) =>
        _lines.Add((isA ? Lines().Left(A, $"* {text} ") : Lines().Right(B + 1, $" {text} *")).ToString());

    private static string Time(TimeSpan time)
    {
        var line = new LineBuffer();
        line.AppendNumber(time.TotalMilliseconds, "0.0").Append(" ms"u8);
        return System.Text.Encoding.UTF8.GetString(line.Written).PadLeft(A - 1);
    }
}
