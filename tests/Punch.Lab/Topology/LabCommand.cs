namespace Punch.Lab.Topology;

/// <summary>A program and its arguments.</summary>
internal sealed record LabCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The same command with more arguments.</summary>
    public LabCommand With(params IEnumerable<string> more) => new(Program, [.. Arguments, .. more]);

    public override string ToString() => $"{Path.GetFileName(Program)} {string.Join(' ', Arguments)}";
}
