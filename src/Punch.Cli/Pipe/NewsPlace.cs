using Punch.Cli.Output;
using Punch.Protocol.Peer;

namespace Punch.Cli.Pipe;

/// <summary>
/// Where a session's story is told: on standard output, unless that belongs to data or to the command that the path is handed to. Then on
/// standard error, save that a program that asked for JSON with a command gets it before the command's own output.
/// </summary>
/// <param name="Output">Where the lines go.</param>
/// <param name="Errors">Where failures are told to people; nowhere, when JSON lines tell them in the same place.</param>
internal sealed record NewsPlace(IByteSink Output, ErrorPrinter Errors)
{
    /// <summary>The place for a use of the path.</summary>
    public static NewsPlace Of(CommandContext context, PathUse use, bool isJson)
    {
        bool isOurs = use == PathUse.Messages || (use == PathUse.HandOver && isJson);
        if (isOurs) { return new NewsPlace(context.Output, context.Errors); }

        return new NewsPlace(context.Error, isJson ? new ErrorPrinter(NoSink.Instance) : context.Errors);
    }

    private sealed class NoSink : IByteSink
    {
        public static readonly NoSink Instance = new();

        public bool IsClosed => false;

        public string? Error => null;

        public void Write(ReadOnlySpan<byte> bytes) { }
    }
}
