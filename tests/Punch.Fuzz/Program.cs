using System.Runtime.CompilerServices;

namespace Punch.Fuzz;

/// <summary>
/// Coverage-guided fuzzing in one process: `dotnet run -c Release --project tests/Punch.Fuzz -- --for 1h`. See README.md beside this file.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        Instrumentation.Apply("Punch.Protocol.dll", "Punch.Serving.dll");
        return Run(args);
    }

    // Not before the assemblies that it names were changed on disk: the runtime loads one when a method that names it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(string[] args) => Campaign.Run(args);
}
