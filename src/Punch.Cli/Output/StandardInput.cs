using System.Text;

namespace Punch.Cli.Output;

/// <summary>Standard input, where a secret may be handed over that does not belong on a command line.</summary>
internal static class StandardInput
{
    /// <summary>The longest line that is read.</summary>
    private const int MaxLength = 1024;

    /// <summary>Reads a line, byte by byte: what follows it may be for somebody else. Null at the end of the input.</summary>
    public static string? ReadLine()
    {
        using Stream input = Console.OpenStandardInput();
        return ReadLine(input);
    }

    /// <summary>The same from any stream.</summary>
    internal static string? ReadLine(Stream input)
    {
        var line = new List<byte>();
        int next = input.ReadByte();
        if (next < 0) { return null; }

        for (; next >= 0 && next != '\n' && line.Count < MaxLength; next = input.ReadByte()) { line.Add((byte)next); }

        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }
}
