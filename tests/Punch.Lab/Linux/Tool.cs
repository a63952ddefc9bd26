using System.Diagnostics;

namespace Punch.Lab.Linux;

/// <summary>Runs <c>ip</c> and <c>nft</c>, in the namespace of the calling thread.</summary>
internal static class Tool
{
    /// <summary>Runs to the end and returns the output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public static string Run(string name, IReadOnlyList<string> arguments, string input)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        string complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {complaint}\n{input}");
    }

    /// <summary>Whether a program of this name is on the path.</summary>
    public static bool Exists(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, name)));
}
