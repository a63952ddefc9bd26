namespace Punch.Cli.Reach;

/// <summary>What a command line asks for.</summary>
internal abstract record ReachRequest
{
    private ReachRequest() { }

    /// <summary>Print the help.</summary>
    internal sealed record Help : ReachRequest;

    /// <summary>Print the version.</summary>
    internal sealed record Version : ReachRequest;

    /// <summary>Punch.</summary>
    internal sealed record Punch(ReachOptions Options) : ReachRequest;

    /// <summary>Nothing that can be done.</summary>
    internal sealed record Refuse(Failure Failure, bool IsJson) : ReachRequest;
}
