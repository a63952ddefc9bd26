using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace Punch.Cli.Reach;

/// <summary>The log for <c>-vv</c> and <c>-vvv</c>. Whoever does not ask for it does not pay its start-up time.</summary>
internal static class Diagnostics
{
    /// <summary>A log on standard error, or null below <c>-vv</c>.</summary>
    public static Serilog.Core.Logger? Create(int verbosity) => verbosity < 2 ? null : new LoggerConfiguration()
        .MinimumLevel.Is(verbosity == 2 ? LogEventLevel.Debug : LogEventLevel.Verbose)
        .WriteTo.Console(
            outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:w3} {Message:lj}{NewLine}{Exception}",
            formatProvider: CultureInfo.InvariantCulture,
            standardErrorFromLevel: LogEventLevel.Verbose,
            theme: ConsoleTheme.None)
        .CreateLogger();
}
