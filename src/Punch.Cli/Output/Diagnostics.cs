using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace Punch.Cli.Output;

/// <summary>How the lines of a log are written.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: an object a line.</summary>
    Json,
}

/// <summary>Logs on standard error. Without one, its start-up time is not paid.</summary>
internal static class Diagnostics
{
    /// <summary>The log for <c>-vv</c> and <c>-vvv</c>; null below that.</summary>
    public static Logger? Create(int verbosity) =>
        verbosity < 2 ? null : Create(verbosity == 2 ? LogEventLevel.Debug : LogEventLevel.Verbose, LogFormat.Text);

    /// <summary>A log from this level on.</summary>
    public static Logger Create(LogEventLevel level, LogFormat format)
    {
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.Is(level);
        return format == LogFormat.Json
            ? configuration.WriteTo.Console(new JsonFormatter(renderMessage: true), standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger()
            : configuration.WriteTo.Console(
                outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:w3} {Message:lj}{NewLine}{Exception}",
                formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose,
                theme: ConsoleTheme.None).CreateLogger();
    }
}
