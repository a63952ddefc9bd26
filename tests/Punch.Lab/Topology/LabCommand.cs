namespace Punch.Lab.Topology;

/// <summary>A program and its arguments.</summary>
internal sealed record LabCommand(string Program, params IReadOnlyList<string> Arguments)
{
    public override string ToString() => $"{Path.GetFileName(Program)} {string.Join(' ', Arguments)}";
}
