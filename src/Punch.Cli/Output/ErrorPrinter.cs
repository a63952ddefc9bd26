namespace Punch.Cli.Output;

/// <summary>
/// What goes to standard error: <c>punch: error: ...</c>, then what was observed, then <c>punch: hint: ...</c>, a line each.
/// </summary>
internal sealed class ErrorPrinter(IByteSink sink)
{
    private readonly LineBuffer _line = new();

    /// <summary>Says what went wrong.</summary>
    public void Fail(Failure failure)
    {
        Say("error: "u8, failure.Message);
        foreach (string detail in failure.Details) { Say(""u8, detail); }

        if (failure.Hint is not null) { Hint(failure.Hint); }
    }

    /// <summary>Says what to try.</summary>
    public void Hint(string hint) => Say("hint: "u8, hint);

    private void Say(ReadOnlySpan<byte> kind, string text)
    {
        _line.Append("punch: "u8).Append(kind);
        PrintableText.Append(_line, text);
        _line.Flush(sink);
    }
}
