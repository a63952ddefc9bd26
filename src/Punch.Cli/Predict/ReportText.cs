using System.Text;
using Punch.Cli.Pipe;

namespace Punch.Cli.Predict;

/// <summary>Reads the text of a report from a file, which may be a device or a pipe, or from standard input.</summary>
internal static class ReportText
{
    /// <summary>The largest report in bytes. A report has a few kilobytes.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads a file; null when it is too large for a report.</summary>
    /// <exception cref="FailureException">The file cannot be read.</exception>
    public static string? Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(ExitCode.Local, "unreadable", $"cannot read '{path}': {e.Message}"));
        }
    }

    /// <summary>Reads an input to its end; null when it is too large for a report.</summary>
    public static string? Read(IByteSource input) => Read(input.Read);

    private static string? Read(Func<Span<byte>, int> read)
    {
        var bytes = new MemoryStream();
        byte[] block = new byte[16_384];
        while (read(block) is > 0 and int count)
        {
            bytes.Write(block, 0, count);
            if (bytes.Length > MaxBytes) { return null; }
        }

        bytes.Position = 0;

        // Some shells redirect as UTF-16, with a byte order mark.
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
