namespace Punch.Cli.Options;

/// <summary>An entry of the help.</summary>
internal interface IHelpEntry
{
    /// <summary>What can be typed.</summary>
    string Term { get; }

    /// <summary>What it does.</summary>
    string Text { get; }
}

/// <summary>An entry that is no option: an operand, an example, or what follows two dashes.</summary>
/// <param name="Term">What can be typed.</param>
/// <param name="Text">What it does.</param>
internal sealed record HelpEntry(string Term, string Text) : IHelpEntry;
