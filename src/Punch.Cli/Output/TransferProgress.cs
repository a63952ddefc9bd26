using System.Text;

namespace Punch.Cli.Output;

/// <summary>Words for how far a transfer has come. Units are powers of 1000, as in the rates of networks.</summary>
internal static class TransferProgress
{
    private static readonly TimeSpan LongestLeft = TimeSpan.FromDays(10);

    /// <summary>
    /// How far it has come: <c>12.3 MB, 8.13 MB/s</c>, or, with a known end, <c>12.3 MB of 98.0 MB (12%), 8.13 MB/s, 10 s left</c>.
    /// </summary>
    /// <param name="done">The bytes so far; not negative.</param>
    /// <param name="total">The bytes at the end; null if it is not known.</param>
    /// <param name="bytesPerSecond">The present rate.</param>
    public static string Text(long done, long? total, double bytesPerSecond)
    {
        var line = new LineBuffer();
        line.AppendSize(done);
        if (total is { } end)
        {
            // A file may grow while it is sent. The end is said when it has come, and not before.
            double share = end <= 0 ? 1 : Math.Min((double)done / end, done < end ? 0.99 : 1);
            line.Append(" of "u8).AppendSize(end).Append(" ("u8).AppendNumber(Math.Floor(share * 100), "0").Append("%)"u8);
        }

        line.Append(", "u8).AppendSize(bytesPerSecond).Append("/s"u8);
        if (total - done is > 0 and long rest && bytesPerSecond > 0) { AppendLeft(line, rest / bytesPerSecond); }

        return Encoding.UTF8.GetString(line.Written);
    }

    /// <summary>Appends a number of bytes with three digits: <c>999 B</c>, <c>1.23 kB</c>, <c>45.6 MB</c>, <c>789 GB</c>.</summary>
    public static LineBuffer AppendSize(this LineBuffer line, double bytes)
    {
        ReadOnlySpan<byte> prefixes = "kMGTPE"u8;
        int power = 0;

        // 999.5 would be written as 1000.
        while (bytes >= 999.5 && power < prefixes.Length)
        {
            bytes /= 1000;
            power++;
        }

        line.AppendNumber(bytes, power == 0 ? "0" : bytes switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" }).Append(" "u8);
        return line.Append(power == 0 ? [] : prefixes.Slice(power - 1, 1)).Append("B"u8);
    }

    private static void AppendLeft(LineBuffer line, double seconds)
    {
        if (seconds > LongestLeft.TotalSeconds) { return; }

        line.Append(", "u8);
        var left = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        if (left < TimeSpan.FromHours(1)) { line.AppendWait(left); }
        else { line.Append($"{(long)left.TotalHours} h {left.Minutes} min"); }

        line.Append(" left"u8);
    }
}
