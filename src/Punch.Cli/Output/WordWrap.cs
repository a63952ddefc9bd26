namespace Punch.Cli.Output;

/// <summary>Breaks text into lines that fit a terminal.</summary>
internal static class WordWrap
{
    /// <summary>The usual width of a terminal, in columns.</summary>
    public const int Width = 80;

    /// <summary>Splits the text into lines of at most this many columns. A longer word gets its own line.</summary>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        foreach (string word in Words(text))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= width) { lines[^1] += " " + word; }
            else { lines.Add(word); }
        }

        return lines;
    }

    // Text in quotes or brackets stays on one line.
    private static IEnumerable<string> Words(string text)
    {
        string held = "";
        foreach (string word in text.Split(' '))
        {
            held = held.Length == 0 ? word : held + " " + word;
            bool isOpen = (held[0] == '\'' && held.Count('\'') == 1) || (held[0] == '[' && !held.Contains(']', StringComparison.Ordinal));
            if (isOpen) { continue; }

            yield return held;
            held = "";
        }

        if (held.Length > 0) { yield return held; }
    }
}
