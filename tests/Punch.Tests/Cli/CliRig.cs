using System.Text;
using Punch.Cli;
using Punch.Cli.Output;

namespace Punch.Tests.Cli;

/// <summary>Keeps what was written. It closes like a pipe whose reader took enough lines.</summary>
internal sealed class MemorySink(int maxLines = int.MaxValue) : IByteSink
{
    private readonly StringBuilder _text = new();
    private int _lines;

    public bool IsClosed => _lines >= maxLines;

    public string? Error => null;

    public string Text
    {
        get { lock (_text) { return _text.ToString(); } }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed) { return; }

        lock (_text) { _text.Append(Encoding.UTF8.GetString(bytes)); }

        _lines += bytes.Count((byte)'\n');
    }
}

/// <summary>The result of running the command in this process.</summary>
internal sealed record CliResult(int Exit, string Output, string Error)
{
    public static CliResult Of(params string[] arguments) => Of(new MemorySink(), CancellationToken.None, arguments);

    public static CliResult Of(MemorySink output, CancellationToken stop, params string[] arguments)
    {
        var error = new MemorySink();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ExitCode exit = CommandTable.Run(arguments, new CommandContext(output, error, source));
        return new CliResult((int)exit, output.Text, error.Text);
    }
}

/// <summary>Files with the exact text that a user reads. PUNCH_WRITE_GOLDEN=1 writes them again, to be reviewed like code.</summary>
internal static class Golden
{
    public static void Check(string name, string actual) => CheckFile(Path.Combine("tests", "Punch.Tests", "Cli", "golden", name), actual);

    /// <summary>The same for a file anywhere in the repository.</summary>
    public static void CheckFile(string file, string actual)
    {
        string path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable("PUNCH_WRITE_GOLDEN") == "1") { File.WriteAllText(path, actual); }

        Xunit.Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
