using System.Globalization;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>
/// Draws one run: two hosts, what stands between them, and each packet as it goes. Time runs down; a packet has a line when it leaves
/// its side and one when it comes to the other, with what each box did and why beside it.
/// </summary>
internal sealed class Ladder
{
    /// <summary>The picture's width.</summary>
    public const int Width = 100;

    // The lifelines: host A, its NAT, B's NAT, host B. Before them the time.
    private const int A = 11;
    private const int NatA = 34;
    private const int NatB = 76;
    private const int B = 99;

    /// <summary>The most packets drawn; a run that does not open sends the same again and again.</summary>
    private const int MaxTrips = 30;

    /// <summary>B is late by more than a packet's way, so that the early one is seen to be lost, and no more: a picture is short.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(95);

    /// <summary>What is drawn of a run that does not open.</summary>
    private static readonly TimeSpan LongestHopeless = TimeSpan.FromSeconds(2);

    private readonly Candidate _a;
    private readonly Candidate _b;
    private readonly Dictionary<long, Trip> _trips = [];
    private readonly List<(Instant At, string Text, bool IsA)> _notes = [];
    private readonly HashSet<(Node, TransportAddress)> _sentTo = [];
    private readonly HashSet<(Node, TransportAddress)> _explained = [];
    private readonly List<string> _lines = [];
    private Instant? _start;

    private Ladder(Candidate a, Candidate b) => (_a, _b) = (a, b);

    /// <summary>Runs and draws.</summary>
    public static IReadOnlyList<string> Draw(Candidate a, Candidate b, Introduction introduction, ulong seed)
    {
        var ladder = new Ladder(a, b);
        var run = new Encounter(a, b, introduction, seed) { Gap = Gap, Observer = ladder.Note, OnEvent = ladder.Note };
        EncounterResult result = run.Run();
        ladder.Head(run, introduction);
        ladder.Body(result.IsOpen);
        return ladder._lines;
    }

    private void Note(NetworkStep step)
    {
        _start ??= step.At;
        if (step.Kind == StepKind.Sent) { _trips[step.PacketId] = new Trip(step, step.Where.Name == "A"); }
        else if (_trips.TryGetValue(step.PacketId, out Trip? trip)) { trip.Add(step); }
    }

    private void Note(Node host, SessionEvent e, Instant at)
    {
        bool isA = host.Name == "A";
        if (e.Kind == SessionEventKind.Opened)
        {
            _notes.Add((at, $"{host.Name} has its proof: the path to {e.Remote} works both ways", isA));
        }
    }

    private void Head(Encounter run, Introduction introduction)
    {
        _lines.Add(introduction == Introduction.Server
            ? $"A server saw A at {run.Known.A} and B at {run.Known.B}, and told each of the other."
            : $"A is told to reach {run.Known.B}, B to reach {run.Known.A}. Nobody else helps.");
        _lines.Add("");
        _lines.Add(Columns($"A: {_a.Access.Name}", BoxName(_a), BoxName(_b), $"B: {_b.Access.Name}"));
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

    private static string BoxName(Candidate candidate) => candidate.Access switch
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
        Trip[] all = [.. _trips.Values];
        Trip[] drawn = [.. all.Where(trip => isOpen || trip.SentAt - start <= LongestHopeless).Take(MaxTrips)];
        IEnumerable<(Instant At, int Order, Action Draw)> rows =
        [
            .. drawn.Select((trip, i) => (trip.SentAt, 3 * i, (Action)(() => Departure(trip, start)))),
            .. drawn.Where(trip => trip.EndedAt is not null && trip.IsOut)
                .Select((trip, i) => (trip.EndedAt!.Value, (3 * i) + 1, (Action)(() => Arrival(trip, start)))),
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

    private void Departure(Trip trip, Instant start)
    {
        (int host, int nat) = trip.IsFromA ? (A, NatA) : (B, NatB);
        Canvas line = Lines().Arrow(host, nat, trip.Words, trip.IsFromA ? '>' : '<').Left(0, Time(trip.SentAt - start));
        List<string> words = [];
        foreach (NetworkStep step in trip.Out)
        {
            bool isFirst = _sentTo.Add((step.Where, step.Before.Destination));
            string box = words.Count == 0 ? "" : "carrier: ";
            words.Add(box + BoxText.Out(step, isFirst));
        }

        if (!trip.IsOut) { words = [BoxText.Drop(trip.Drop!.Value, trip.IsFromA ? "A" : "B")]; }

        foreach (string each in words)
        {
            _lines.Add((trip.IsFromA ? line.Left(NatA + 2, each) : line.Right(NatB - 1, each)).ToString());
            line = Lines();
        }
    }

    private void Arrival(Trip trip, Instant start)
    {
        (int near, int far, int host) = trip.IsFromA ? (NatA, NatB, B) : (NatB, NatA, A);
        char head = trip.IsFromA ? '>' : '<';
        bool isIn = trip.IsDelivered;
        string ends = $"{trip.Outside.Source} to :{trip.Outside.Destination.Port.ToString(CultureInfo.InvariantCulture)}";
        Canvas line = Lines().Left(0, Time(trip.EndedAt!.Value - start)).Arrow(near, far, ends, isIn ? head : 'x');
        _lines.Add((isIn ? line.Arrow(far, host, trip.Words, head) : line).ToString());
        Explain(trip);
    }

    /// <summary>Why it came in, once for each sender; why it did not, each time.</summary>
    private void Explain(Trip trip)
    {
        string host = trip.IsFromA ? "B" : "A";
        string words = "";
        if (trip.Drop is { } drop) { words = $"{Who(drop.Where, host)}{BoxText.Drop(drop, host)}"; }
        else
        {
            foreach (NetworkStep step in trip.In)
            {
                string why = BoxText.In(step, host);
                if (why.Length > 0 && _explained.Add((step.Where, step.Before.Source))) { words = $"{Who(step.Where, host)}{why}"; }
            }
        }

        if (words.Length == 0) { return; }

        Canvas line = Lines();
        _lines.Add((trip.IsFromA ? line.Right(NatB - 1, $" {words}") : line.Left(NatA + 2, $"{words} ")).ToString());
    }

    private static string Who(Node where, string host) => where.Name switch
    {
        _ when !where.IsRouter => "",
        [.., 'n', 'a', 't'] => $"{host}'s {(where.Middlebox is Firewall ? "firewall" : "NAT")} ",
        _ => $"{host}'s carrier ",
    };

    private void Note(string text, bool isA) =>
        _lines.Add((isA ? Lines().Left(A, $"* {text} ") : Lines().Right(B + 1, $" {text} *")).ToString());

    private static string Time(TimeSpan time)
    {
        var line = new LineBuffer();
        line.AppendNumber(time.TotalMilliseconds, "0.0").Append(" ms"u8);
        return System.Text.Encoding.UTF8.GetString(line.Written).PadLeft(A - 1);
    }
}
