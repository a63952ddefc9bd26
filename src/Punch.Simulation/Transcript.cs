using System.Globalization;
using System.Text;
using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// The steps of a run, for people who look into a failure. For a long run it keeps the beginning, which shows the set-up, and the end.
/// </summary>
public sealed class Transcript
{
    /// <summary>The most lines kept. Lines between the beginning and the end are only counted.</summary>
    public const int MaxLines = 4096;

    /// <summary>How many of the kept lines belong to the beginning.</summary>
    public const int FirstLines = 512;

    // The most text of a payload on a line: a peer message with its trailer.
    private const int MaxText = 120;

    private readonly List<Line> _first = [];
    private readonly Queue<Line> _latest = new();
    private long _forgotten;

    // The bytes of the step's packet are no longer valid. Text holds the part that is shown.
    private readonly record struct Line(NetworkStep? Step, byte[] Text, Instant At, string Who, object? What);

    /// <summary>Whether lines are kept. A run with thousands of machines is faster without, and its seed repeats it.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>The number of lines kept.</summary>
    public int Count => _first.Count + _latest.Count;

    /// <summary>One line for each step or event, in order.</summary>
    public override string ToString()
    {
        if (!IsKept) { return "(no transcript kept: run the same seed with one)"; }

        var text = new StringBuilder();
        foreach (Line line in _first) { text.Append(Describe(line)).Append('\n'); }

        if (_forgotten > 0) { text.Append(CultureInfo.InvariantCulture, $"({_forgotten} lines left out)\n"); }

        foreach (Line line in _latest) { text.Append(Describe(line)).Append('\n'); }

        return text.ToString();
    }

    internal void Add(NetworkStep step)
    {
        ReadOnlySpan<byte> payload = step.Kind is StepKind.Sent or StepKind.Delivered ? step.Before.Payload.Span : default;
        Add(new Line(step, payload[..Math.Min(payload.Length, MaxText)].ToArray(), step.At, "", null));
    }

    internal void Add<T>(Instant at, string who, T what)
    {
        if (IsKept) { Add(new Line(null, [], at, who, what)); }
    }

    private void Add(in Line line)
    {
        if (_first.Count < FirstLines)
        {
            _first.Add(line);
            return;
        }

        if (Count == MaxLines)
        {
            _latest.Dequeue();
            _forgotten++;
        }

        _latest.Enqueue(line);
    }

    private static string Describe(in Line line)
    {
        if (line.Step is not { } step) { return $"{line.At}    {line.Who}: {line.What}"; }

        return line.Text.Length > 0 ? $"{step} {TextOf(line.Text)}".TrimEnd() : step.ToString();
    }

    private static string TextOf(ReadOnlySpan<byte> shown)
    {
        foreach (byte b in shown)
        {
            if (b is < 0x20 or > 0x7E) { return Convert.ToHexString(shown[..Math.Min(shown.Length, MaxText / 2)]); }
        }

        return Encoding.ASCII.GetString(shown);
    }
}
