namespace Punch.Cli.Parsing;

/// <summary>A file whose first line is a password. No message has the password.</summary>
internal static class PasswordFile
{
    private const int MaxLength = 64 * 1024;

    /// <summary>The first line; empty for an empty file.</summary>
    /// <exception cref="FailureException">The file cannot be read, or is too long for one with a password.</exception>
    public static string FirstLine(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.CanSeek && file.Length > MaxLength) { throw Refuse($"'{path}' is too long for a file with a password"); }

            using var reader = new StreamReader(file);
            return reader.ReadLine() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refuse($"cannot read the password in '{path}': {Text(e)}");
        }
    }

    /// <summary>A refusal with a hint at what the file has to be like.</summary>
    public static FailureException Refuse(string message) =>
        new(Failure.Usage(message, "the first line of the file is the password, and nothing else"));

    private static string Text(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "no permission, or a directory",
        _ => "it is no readable file",
    };
}
