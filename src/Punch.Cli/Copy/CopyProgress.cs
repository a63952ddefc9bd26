using System.Text;
using Punch.Cli.Output;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Says how far a copy has come: <c>photos/a.jpg, 12.3 MB of 98.0 MB (12%), 8.13 MB/s, 10 s left</c>.</summary>
internal sealed class CopyProgress(Func<CopyCounts> counts, TimeProvider clock)
{
    private readonly TransferRate _rate = new();
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The words. Called on the thread of the live line alone.</summary>
    public string Text()
    {
        CopyCounts now = counts();
        double rate = _rate.Note(clock.GetElapsedTime(_start), now.Bytes);
        string progress = TransferProgress.Text(now.Bytes, now.TotalBytes, rate);
        if (now.Current is not { } current) { return progress; }

        var line = new LineBuffer();
        PrintableText.Append(line, current.Path.Text);
        return $"{Encoding.UTF8.GetString(line.Written)}, {progress}";
    }
}
