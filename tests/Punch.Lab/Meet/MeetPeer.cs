using System.Globalization;
using System.Text.Json;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Meet;

/// <summary>One side of a meeting: the binary as a process of the lab.</summary>
internal sealed class MeetPeer(string name, LabProcess process)
{
    public string Name => name;

    public LabProcess Process => process;

    public int? ExitCode => process.ExitCode;

    /// <summary>When it first reported an open path; null if it did not.</summary>
    public Instant? OpenedAt => PunchPeer.OpenedAt(process);

    /// <summary>The time from its session's start to the path, by its own clock. It excludes the start of the program.</summary>
    public TimeSpan? OwnTime => FirstEvent("open") is { } open ? TimeSpan.FromMilliseconds(open.GetProperty("at_ms").GetDouble()) : null;

    /// <summary>Whether its last line is that of a program that ended by itself.</summary>
    public bool HasSummary => process.Output is [.., OutputLine last] && PunchPeer.EventOf(last.Text) == "summary";

    /// <summary>The command that meets, followed by more options.</summary>
    public static LabCommand Command(MeetServer server, string code, params IEnumerable<string> options) =>
        new(Prerequisites.Binary, ["meet", code, "--via", server.Via, "--json", .. options]);

    /// <summary>The command that ends with its first proof, or at the deadline.</summary>
    public static LabCommand OnceWithin(MeetServer server, string code, TimeSpan deadline) =>
        Command(server, code, "-c", "1", "-w", string.Create(CultureInfo.InvariantCulture, $"{deadline.TotalSeconds}s"));

    /// <summary>The first event of this name; null if there is none.</summary>
    public JsonElement? FirstEvent(string wanted) => Events(wanted) is [JsonElement first, ..] ? first : null;

    /// <summary>The events of this name, in order.</summary>
    public IReadOnlyList<JsonElement> Events(string wanted) =>
        [.. process.Output.Select(line => Read(line.Text)).Where(json => json.GetProperty("event").GetString() == wanted)];

    /// <summary>Waits for an event of this name that satisfies the condition.</summary>
    public OutputLine? WaitFor(string wanted, TimeSpan timeout, Func<JsonElement, bool>? condition = null) =>
        process.WaitForLine(text => PunchPeer.EventOf(text) == wanted && condition?.Invoke(Read(text)) != false, timeout);

    /// <summary>When it first heard a reply to one of its messages after the instant; null if it did not in time.</summary>
    public Instant? AnsweredAfter(Instant instant, TimeSpan timeout)
    {
        Instant end = instant + timeout;
        return process.WaitFor(line => line.Time > instant && line.Time <= end && IsAnswer(line.Text), end - LabClock.Now)?.Time;
    }

    private static bool IsAnswer(string line)
    {
        JsonElement json = Read(line);
        return json.GetProperty("event").GetString() == "received" && json.TryGetProperty("rtt_ms", out _);
    }

    private static JsonElement Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }
}
