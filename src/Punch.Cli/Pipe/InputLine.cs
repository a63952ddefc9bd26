using System.Text;

namespace Punch.Cli.Pipe;

/// <summary>Reads the first line of an input, for a secret that should not be on a command line.</summary>
internal static class InputLine
{
    /// <summary>The longest line in bytes.</summary>
    private const int MaxLength = 1024;

    /// <summary>Reads byte by byte, because the rest may be for another reader. Null at the end of the input.</summary>
    public static string? Read(IByteSource input)
    {
        var line = new List<byte>();
        Span<byte> next = stackalloc byte[1];
        while (line.Count < MaxLength && input.Read(next) == 1)
        {
            if (next[0] == '\n') { return Text(line); }

            line.Add(next[0]);
        }

        return line.Count == 0 ? null : Text(line);
    }

    private static string Text(List<byte> line) => Encoding.UTF8.GetString([.. line]);
}
