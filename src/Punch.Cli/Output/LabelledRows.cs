namespace Punch.Cli.Output;

/// <summary>Prints a table with two columns, labels and texts, that fits a terminal.</summary>
/// <param name="line">Composes the lines.</param>
/// <param name="output">The destination of the lines.</param>
/// <param name="labelWidth">The width of the first column, without the space after it.</param>
internal sealed class LabelledRows(LineBuffer line, IByteSink output, int labelWidth)
{
    /// <summary>Prints a row. A long text continues on the next line of its column.</summary>
    public void Print(string label, string text)
    {
        string margin = label.PadRight(labelWidth);
        foreach (string part in WordWrap.Lines(text, WordWrap.Width - labelWidth - 1))
        {
            line.Append($"{margin} {part}").Flush(output);
            margin = new string(' ', labelWidth);
        }
    }
}
