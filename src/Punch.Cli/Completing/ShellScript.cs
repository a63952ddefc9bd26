namespace Punch.Cli.Completing;

/// <summary>
/// The script that makes a shell ask <see cref="CompletionQuestion"/>. It names no option itself, so it never grows stale.
/// </summary>
internal static class ShellScript
{
    /// <summary>The shells that have one.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    /// <summary>The script for one of <see cref="Shells"/>, without the last line's end.</summary>
    public static string Of(string shell)
    {
        using Stream stream = typeof(ShellScript).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n');
    }
}
