using Punch.Protocol.Peer;

namespace Punch.Cli.Output;

/// <summary>
/// Where the lines of a session go: to standard output, unless data or the command after <c>--</c> owns that; then to standard error. JSON
/// lines go to standard output even before a command: they end before its own output begins.
/// </summary>
/// <param name="Output">Where the lines go.</param>
/// <param name="Errors">Where failures are told to people; nowhere, when JSON lines tell them in the same place.</param>
internal sealed record OutputRouting(IByteSink Output, ErrorPrinter Errors)
{
    /// <summary>The places for a use of the path.</summary>
    public static OutputRouting Of(IByteSink output, IByteSink error, PathUse use, bool isJson)
    {
        bool isOurs = use == PathUse.Messages || (use == PathUse.HandOver && isJson);
        if (isOurs) { return new OutputRouting(output, new ErrorPrinter(error)); }

        return new OutputRouting(error, new ErrorPrinter(isJson ? NoSink.Instance : error));
    }

    private sealed class NoSink : IByteSink
    {
        public static readonly NoSink Instance = new();

        public bool IsClosed => false;

        public string? Error => null;

        public void Write(ReadOnlySpan<byte> bytes) { }
    }
}
