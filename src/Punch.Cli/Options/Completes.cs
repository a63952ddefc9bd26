namespace Punch.Cli.Options;

/// <summary>What a shell completes a word with, besides the words that the table lists.</summary>
internal enum Completes
{
    /// <summary>Nothing else.</summary>
    Nothing,

    /// <summary>Names of files.</summary>
    Files,

    /// <summary>Names of hosts that the shell knows.</summary>
    Hosts,

    /// <summary>Names of programs.</summary>
    Commands,
}
