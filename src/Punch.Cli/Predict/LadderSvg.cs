using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace Punch.Cli.Predict;

/// <summary>A <see cref="Ladder"/> as an SVG picture, light or dark like the reader's system.</summary>
internal static partial class LadderSvg
{
    private const int ColumnWidth = 8;
    private const int RowHeight = 18;
    private const int Margin = 16;

    private const string Style = """
        text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328 }
        text { paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
        .page { fill: #ffffff }
        line { stroke: #8c959f; stroke-width: 1 }
        .packet { stroke: #0969da; stroke-width: 1.5 }
        .head { fill: #0969da }
        .proof { font-weight: bold }
        @media (prefers-color-scheme: dark) {
        .page { fill: #0d1117 }
        text { fill: #e6edf3; stroke: #0d1117 }
        line { stroke: #6e7681 }
        .packet { stroke: #58a6ff }
        .head { fill: #58a6ff }
        }
        """;

    /// <summary>The whole file.</summary>
    /// <param name="lines">The lines of the ladder.</param>
    /// <param name="title">The title, for screen readers.</param>
    public static string Of(IReadOnlyList<string> lines, string title)
    {
        int width = (2 * Margin) + (Ladder.Width * ColumnWidth);
        int height = (2 * Margin) + (lines.Count * RowHeight);
        var svg = new StringBuilder();
        string size = Invariant($"""width="{width}" height="{height}" """).TrimEnd();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} role="img">""");
        svg.Append("<title>").Append(WebUtility.HtmlEncode(title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n");
        Append(svg, $"""<rect class="page" width="{width}" height="{height}"/>""");
        int first = lines.ToList().FindIndex(line => LifelinesAlone().IsMatch(line));
        foreach (Match lifeline in Lifeline().Matches(lines[Math.Max(first, 0)]))
        {
            Line(svg, "lifeline", lifeline.Index, lifeline.Index, Y(first) - (RowHeight / 2), Y(lines.Count - 1));
        }

        for (int i = 0; i < lines.Count; i++) { Row(svg, lines[i], Y(i)); }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, string line, int y)
    {
        foreach (Match piece in Piece().Matches(line))
        {
            string text = piece.Value;
            if (Arrow().Match(text) is { Success: true } arrow) { Packet(svg, arrow, piece.Index, piece.Index + text.Length, y); }
            else { Text(svg, text.Contains("has its proof", StringComparison.Ordinal) ? "proof" : "note", text, piece.Index, y); }
        }
    }

    /// <summary>Draws an arrow between lifelines, with its text in the middle. A cross marks where the packet was dropped.</summary>
    private static void Packet(StringBuilder svg, Match arrow, int left, int right, int y)
    {
        int middle = y - 4;
        int words = left + arrow.Groups["words"].Index;
        Line(svg, "packet", left - 1, words - 1, middle, middle);
        Line(svg, "packet", words + arrow.Groups["words"].Length, right, middle, middle);
        bool isLeftward = arrow.Groups["left"].Length > 0;
        (int tip, int back) = isLeftward ? (X(left - 1), X(left)) : (X(right), X(right - 1));
        if (arrow.Groups["right"].Value == "x") { Text(svg, "note", "x", right - 1, y); }
        else { Append(svg, $"""<path class="head" d="M{tip} {middle} L{back} {middle - 4} L{back} {middle + 4} Z"/>"""); }

        Text(svg, "note", arrow.Groups["words"].Value, words, y);
    }

    private static void Line(StringBuilder svg, string style, int fromColumn, int toColumn, int fromY, int toY) =>
        Append(svg, $"""<line class="{style}" x1="{X(fromColumn)}" y1="{fromY}" x2="{X(toColumn)}" y2="{toY}"/>""");

    private static void Text(StringBuilder svg, string style, string text, int column, int y)
    {
        int length = text.Length * ColumnWidth;
        int x = X(column) - (ColumnWidth / 2);
        Append(svg, $"""<text class="{style}" x="{x}" y="{y}" textLength="{length}">{WebUtility.HtmlEncode(text)}</text>""");
    }

    private static void Append(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    // The middle of a column, and the base line of a row.
    private static int X(int column) => Margin + (column * ColumnWidth) + (ColumnWidth / 2);

    private static int Y(int row) => Margin + ((row + 1) * RowHeight) - 5;

    [GeneratedRegex(@"^[ |]*\|[ |]*$")]
    private static partial Regex LifelinesAlone();

    [GeneratedRegex(@"\|")]
    private static partial Regex Lifeline();

    [GeneratedRegex(@"[^ |]+(?: [^ |]+)*")]
    private static partial Regex Piece();

    [GeneratedRegex("^(?<left><?)-+ (?<words>.+) -+(?<right>[>x]?)$")]
    private static partial Regex Arrow();
}
