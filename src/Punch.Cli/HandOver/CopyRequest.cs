namespace Punch.Cli.HandOver;

/// <summary>What to copy: the files to send, or the folder for those that come.</summary>
internal sealed record CopyRequest
{
    /// <summary>The folder where the command runs.</summary>
    public const string CurrentFolder = ".";

    /// <summary>The files and folders to send, as they were typed; empty for none.</summary>
    public IReadOnlyList<string> Sent { get; init; } = [];

    /// <summary>The folder to receive into; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether files that are there are overwritten without a question.</summary>
    public bool Overwrites { get; init; }
}
