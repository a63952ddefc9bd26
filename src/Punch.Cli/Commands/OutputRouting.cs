using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Protocol.Channels;

namespace Punch.Cli.Commands;

/// <summary>
/// Where a session is printed: on standard output, unless that belongs to data or to the command that gets the path. Then it is on
/// standard error; only JSON lines with a command come on standard output, before the command's own.
/// </summary>
/// <param name="Output">Where the lines go.</param>
/// <param name="Errors">Where people read of failures; nowhere, where JSON lines have them in the same place.</param>
internal sealed record OutputRouting(IByteSink Output, ErrorPrinter Errors)
{
    /// <summary>The routing for a use of the path.</summary>
    public static OutputRouting Of(CommandContext context, PathPurpose purpose, bool isJson)
    {
        bool isOurs = !purpose.IsPipe && (isJson || purpose.Use != PathUse.HandOver);
        if (isOurs) { return new OutputRouting(context.Output, context.Errors); }

        // ssh shows its user whatever a ProxyCommand prints.
        if (purpose.Forwards is not null && !isJson) { return new OutputRouting(NoSink.Instance, context.Errors); }

        return new OutputRouting(context.Error, isJson ? new ErrorPrinter(NoSink.Instance) : context.Errors);
    }

    private sealed class NoSink : IByteSink
    {
        public static readonly NoSink Instance = new();

        public bool IsClosed => false;

        public string? Error => null;

        public void Write(ReadOnlySpan<byte> bytes) { }
    }
}
