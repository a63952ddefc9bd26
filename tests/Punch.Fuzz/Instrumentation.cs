using System.Security.Cryptography;
using SharpFuzz;

namespace Punch.Fuzz;

/// <summary>Has the branches of an assembly count themselves. Changes the copies beside this program, before they are loaded.</summary>
internal static class Instrumentation
{
    public static void Apply(params ReadOnlySpan<string> assemblies)
    {
        foreach (string assembly in assemblies)
        {
            string path = Path.Combine(AppContext.BaseDirectory, assembly);
            string done = path + ".instrumented";
            if (File.Exists(done) && File.ReadAllText(done) == DigestOf(path)) { continue; }

            try
            {
                Fuzzer.Instrument(path, _ => true, Options.Value);
            }
            catch (InstrumentationException e) when (e.Message.Contains("already instrumented", StringComparison.Ordinal))
            {
                // An earlier run was stopped before it could say so.
            }

            File.WriteAllText(done, DigestOf(path));
        }
    }

    private static string DigestOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
