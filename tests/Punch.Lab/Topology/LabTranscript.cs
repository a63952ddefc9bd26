using System.Text;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>Remembers the last steps of a lab's packets, and mixes them with the lines of its processes, for people.</summary>
internal sealed class LabTranscript
{
    private const int MaxSteps = 2000;
    private readonly LabNetwork _lab;
    private readonly Lock _lock = new();
    private readonly Queue<NetworkStep> _steps = [];

    /// <summary>Watches a network that does not carry packets yet.</summary>
    public LabTranscript(LabNetwork lab)
    {
        _lab = lab;
        lab.Network.Observer = Note;
    }

    /// <summary>The lines of the processes and the steps of the network, in order of time.</summary>
    /// <param name="title">The first line.</param>
    /// <param name="origin">The origin of the times.</param>
    /// <param name="processes">The processes, each with a name.</param>
    public string Print(string title, Instant origin, IEnumerable<(string Name, LabProcess Process)> processes)
    {
        (Instant Time, string Text)[] steps;
        lock (_lock) { steps = [.. _steps.Select(step => (step.At, $"  {TextOf(step)}"))]; }

        var text = new StringBuilder().AppendLine(title);
        text.AppendLine($"packets: {_lab.Router.Forwarded} forwarded, {_lab.Router.Ignored} others ignored, {_lab.Router.Undelivered} not taken by the kernel");
        IEnumerable<(Instant Time, string Text)> lines = processes.SelectMany(each => LinesOf(each.Name, each.Process));
        foreach ((Instant time, string line) in steps.Concat(lines).OrderBy(line => line.Time))
        {
            text.AppendLine($"{(time - origin).TotalMilliseconds,10:F1} ms  {line}");
        }

        return text.ToString();
    }

    private static IEnumerable<(Instant Time, string Text)> LinesOf(string name, LabProcess process)
    {
        yield return (process.StartedAt, $"{name} started");
        foreach (OutputLine line in process.Output) { yield return (line.Time, $"{name} {line.Text}"); }

        foreach (OutputLine line in process.Errors) { yield return (line.Time, $"{name} stderr: {line.Text}"); }

        if (process.ExitedAt is { } exited) { yield return (exited, $"{name} ended with {process.ExitCode}"); }
    }

    private void Note(NetworkStep step)
    {
        lock (_lock)
        {
            _steps.Enqueue(step);
            if (_steps.Count > MaxSteps) { _steps.Dequeue(); }
        }
    }

    /// <summary>The step without its time, because the transcript counts from another origin.</summary>
    private static string TextOf(in NetworkStep step)
    {
        string text = step.ToString();
        return text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
