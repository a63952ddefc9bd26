using Punch.Cli.Copy;
using Punch.Cli.Output;
using Punch.Protocol.Copying;

namespace Punch.Cli.Presenting;

/// <summary>Prints a copy: each failure, with <c>-v</c> each file, and at the end how many there were.</summary>
internal sealed class TextCopy(LineBuffer line, IByteSink output, ErrorPrinter errors, int verbosity) : ICopyPresenter
{
    /// <inheritdoc/>
    public void Show(CopyResult result)
    {
        if (result.State == EntryState.Failed)
        {
            errors.Fail(CopyFailure.Of(result) with { Hint = null });
            return;
        }

        if (verbosity == 0 || result.Entry.Kind == EntryKind.Folder) { return; }

        PrintableText.Append(line, result.Entry.Path.Text);
        line.Append(result.State == EntryState.Same ? ": there already"u8 : ": copied"u8);
        line.Append($", {result.Entry.Size} bytes").Flush(output);
    }

    /// <inheritdoc/>
    public void Show(in CopyCounts counts, double bytesPerSecond)
    {
        // The live line has it.
    }

    /// <inheritdoc/>
    public void End(in CopyCounts counts)
    {
        line.Append($"Copied {counts.Stored} {(counts.Stored == 1 ? "file" : "files")}");
        if (counts.Same > 0) { line.Append($", {counts.Same} there already"); }

        if (counts.Failed > 0) { line.Append($", {counts.Failed} failed"); }

        line.Append($", {counts.Bytes} bytes").Flush(output);
    }
}
