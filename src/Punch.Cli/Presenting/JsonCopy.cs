using System.Text.Json;
using Punch.Cli.Copy;
using Punch.Cli.Output;
using Punch.Protocol.Copying;

namespace Punch.Cli.Presenting;

/// <summary>Writes a copy: <c>progress</c> each second, and <c>file</c> for each file that is through.</summary>
internal sealed class JsonCopy(JsonLines lines, bool isQuiet) : ICopyPresenter
{
    private readonly Utf8JsonWriter _json = lines.Json;

    /// <inheritdoc/>
    public void Show(CopyResult result)
    {
        if (result.Entry.Kind == EntryKind.Folder && result.State != EntryState.Failed) { return; }

        lines.Open("file"u8);
        _json.WriteString("path"u8, result.Entry.Path.Text);
        _json.WriteNumber("bytes"u8, result.Entry.Size);
        if (result.Hash.IsEmpty) { _json.WriteNull("sha256"u8); }
        else { _json.WriteString("sha256"u8, Convert.ToHexStringLower(result.Hash.Span)); }

        _json.WriteString("state"u8, result.State switch
        {
            EntryState.Stored => "stored"u8,
            EntryState.Same => "same"u8,
            _ => "failed"u8,
        });
        if (!result.Fault.IsNone)
        {
            _json.WriteString("code"u8, CopyFailure.Code(result.Fault.Cause));
            _json.WriteString("message"u8, CopyFailure.Words(result.Fault.Cause, result.Fault.Text));
        }

        lines.Close();
    }

    /// <inheritdoc/>
    public void Show(in CopyCounts counts, double bytesPerSecond)
    {
        if (isQuiet || counts.TotalBytes == 0) { return; }

        lines.Open("progress"u8);
        if (counts.Current is { } current) { _json.WriteString("file"u8, current.Path.Text); }
        else { _json.WriteNull("file"u8); }

        _json.WriteNumber("bytes"u8, counts.Bytes);
        _json.WriteNumber("total"u8, counts.TotalBytes);
        _json.WriteNumber("rate_bps"u8, Math.Round(bytesPerSecond * 8));
        long rest = Math.Max(0, counts.TotalBytes - counts.Bytes);
        if (bytesPerSecond > 0) { _json.WriteNumber("eta_ms"u8, Math.Round(rest * 1000 / bytesPerSecond)); }
        else { _json.WriteNull("eta_ms"u8); }

        lines.Close();
    }

    /// <inheritdoc/>
    public void End(in CopyCounts counts)
    {
        lines.Open("copied"u8);
        _json.WriteNumber("files"u8, counts.Stored);
        _json.WriteNumber("same"u8, counts.Same);
        _json.WriteNumber("failed"u8, counts.Failed);
        _json.WriteNumber("bytes"u8, counts.Bytes);
        lines.Close();
    }
}
