namespace Punch.Cli.Predict;

/// <summary>A line of text that is drawn by column.</summary>
internal sealed class Canvas
{
    private readonly char[] _cells;

    /// <summary>Makes a blank line of this width.</summary>
    public Canvas(int width)
    {
        _cells = new char[width];
        Array.Fill(_cells, ' ');
    }

    /// <summary>Writes text that begins at a column. Text that does not fit is cut off.</summary>
    public Canvas Left(int column, string text)
    {
        int length = Math.Min(text.Length, _cells.Length - column);
        text.AsSpan(0, length).CopyTo(_cells.AsSpan(column));
        return this;
    }

    /// <summary>Writes text that ends before a column.</summary>
    public Canvas Right(int column, string text) => Left(Math.Max(0, column - text.Length), text);

    /// <summary>Draws an arrow between two columns, without both ends, with a text on it. Either direction is allowed.</summary>
    public Canvas Arrow(int from, int to, string words, char head)
    {
        (int left, int right) = from < to ? (from + 1, to - 1) : (to + 1, from - 1);
        for (int i = left; i <= right; i++) { _cells[i] = '-'; }

        string label = words.Length == 0 ? "" : $" {words} ";
        Left(left + Math.Max(0, (right - left + 1 - label.Length) / 2), label);
        _cells[from < to ? right : left] = head;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => new string(_cells).TrimEnd();
}
