using System.Globalization;

namespace Punch.Cli.Output;

/// <summary>Prints times in the format of ping.</summary>
internal static class Durations
{
    /// <summary>
    /// Appends a round trip with at most three significant digits: <c>0.043 ms</c>, <c>1.87 ms</c>, <c>50.1 ms</c>, <c>214 ms</c>.
    /// </summary>
    public static LineBuffer AppendRoundTrip(this LineBuffer line, TimeSpan time)
    {
        double ms = time.TotalMilliseconds;
        string format = ms switch { < 1 => "F3", < 10 => "F2", < 100 => "F1", _ => "F0" };
        return line.AppendNumber(ms, format).Append(" ms"u8);
    }

    /// <summary>Appends a wait: <c>214 ms</c> below a second, <c>1.52 s</c> below a minute, then <c>3 min 20 s</c>.</summary>
    public static LineBuffer AppendWait(this LineBuffer line, TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
        {
            double ms = time.TotalMilliseconds;
            return line.AppendNumber(ms, ms switch { < 1 => "0.###", < 100 => "0.#", _ => "0" }).Append(" ms"u8);
        }

        if (time < TimeSpan.FromMinutes(1)) { return line.AppendNumber(time.TotalSeconds, "0.##").Append(" s"u8); }

        return line.Append($"{(long)time.TotalMinutes} min {time.Seconds} s");
    }

    /// <summary>A wait as a string, for messages that are built once.</summary>
    public static string Text(TimeSpan time)
    {
        var line = new LineBuffer();
        line.AppendWait(time);
        return System.Text.Encoding.UTF8.GetString(line.Written);
    }

    /// <summary>Appends a share of 0 to 1 as <c>0%</c>, <c>8.3%</c>.</summary>
    public static LineBuffer AppendPercent(this LineBuffer line, double share) =>
        line.AppendNumber(share * 100, "0.#").Append("%"u8);

    /// <summary>Appends a number in a format.</summary>
    public static LineBuffer AppendNumber(this LineBuffer line, double value, string format)
    {
        Span<byte> room = stackalloc byte[320];
        value.TryFormat(room, out int written, format, CultureInfo.InvariantCulture);
        return line.Append(room[..written]);
    }
}
