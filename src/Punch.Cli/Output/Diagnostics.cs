using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace Punch.Cli.Output;

/// <summary>The format of log lines.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: one JSON object a line.</summary>
    Json,
}

/// <summary>Makes logs on standard error. Without a log, the logging library is not loaded.</summary>
internal static class Diagnostics
{
    /// <summary>The log for <c>-vv</c> and <c>-vvv</c>; null for less.</summary>
    public static Logger? Create(int verbosity) =>
        verbosity < 2 ? null : Create(verbosity == 2 ? LogEventLevel.Debug : LogEventLevel.Verbose, LogFormat.Text);

    /// <summary>A log from this level upwards.</summary>
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
