using System.Globalization;
using System.Text.Json;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>The binary under test as a process of the lab: its commands and its JSON lines.</summary>
internal static class PunchPeer
{
    /// <summary>The command that reaches the address, followed by more options.</summary>
    public static Func<HostAddress, LabCommand> With(params string[] options) =>
        remote => new LabCommand(Prerequisites.Binary, [remote.ToString(), .. options, "--json"]);

    /// <summary>The command of both sides in every cell of the matrix.</summary>
    public static readonly Func<HostAddress, LabCommand> OnceWithin20Seconds = OnceWithin(TimeSpan.FromSeconds(20));

    /// <summary>The command that ends with its first proof, or at the deadline.</summary>
    public static Func<HostAddress, LabCommand> OnceWithin(TimeSpan deadline, params string[] options) =>
        With(["-c", "1", "-w", string.Create(CultureInfo.InvariantCulture, $"{deadline.TotalSeconds}s"), .. options]);

    /// <summary>When the process first reported an open two-way path; null if it did not.</summary>
    public static Instant? OpenedAt(LabProcess process)
    {
        foreach (OutputLine line in process.Output)
        {
            if (EventOf(line.Text) == "open") { return line.Time; }
        }

        return null;
    }

    /// <summary>The name of a line's event.</summary>
    /// <exception cref="JsonException">The line is not JSON. The binary promises JSON.</exception>
    public static string? EventOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString();
    }
}
