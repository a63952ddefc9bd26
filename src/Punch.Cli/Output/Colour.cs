namespace Punch.Cli.Output;

/// <summary>Whether lines may be coloured. The text is the same without colour.</summary>
internal enum Colour
{
    /// <summary>Plain text.</summary>
    None,

    /// <summary>The escape sequences that every colour terminal knows.</summary>
    Ansi,
}
