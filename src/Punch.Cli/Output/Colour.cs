namespace Punch.Cli.Output;

/// <summary>Whether lines may be coloured. Their words are the same without.</summary>
internal enum Colour
{
    /// <summary>Plain text.</summary>
    None,

    /// <summary>The escape sequences every colour terminal knows.</summary>
    Ansi,
}
