using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Punch.Lab;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        _ when arguments.Contains("--server") => TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(arguments),
    };
}
