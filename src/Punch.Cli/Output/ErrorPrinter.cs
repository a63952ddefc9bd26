namespace Punch.Cli.Output;

/// <summary>
/// Prints errors on standard error: <c>punch: error: ...</c>, then the observations, then <c>punch: hint: ...</c>, a line each.
/// </summary>
internal sealed class ErrorPrinter(IByteSink sink)
{
    private readonly LineBuffer _line = new();

    /// <summary>Prints a failure.</summary>
    public void Fail(Failure failure)
    {
        Say("error: "u8, failure.Message);
        foreach (string detail in failure.Details) { Say(""u8, detail); }

        if (failure.Hint is not null) { Hint(failure.Hint); }
    }

    /// <summary>Prints a hint.</summary>
    public void Hint(string hint) => Say("hint: "u8, hint);

    private void Say(ReadOnlySpan<byte> kind, string text)
    {
        _line.Append("punch: "u8).Append(kind);
        PrintableText.Append(_line, text);
        _line.Flush(sink);
    }
}
