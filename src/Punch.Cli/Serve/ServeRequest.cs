namespace Punch.Cli.Serve;

/// <summary>What a command line asks for.</summary>
internal abstract record ServeRequest
{
    private ServeRequest() { }

    /// <summary>Print the help.</summary>
    internal sealed record Help : ServeRequest;

    /// <summary>Serve.</summary>
    internal sealed record Serve(ServeOptions Options) : ServeRequest;

    /// <summary>Nothing that can be done.</summary>
    internal sealed record Refuse(Failure Failure, bool IsJson) : ServeRequest;
}
