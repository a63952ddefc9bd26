using System.Globalization;
using System.Text;

namespace Punch.Net.Streams;

/// <summary>The head of an HTTP/1.1 reply: RFC 9112 §4 and §5. What follows it stays in the stream.</summary>
/// <param name="Status">The status code.</param>
internal sealed record HttpHead(int Status)
{
    // A portal's cookies are long, but no reply to an upgrade needs more.
    private const int MaxLength = 8192;

    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a field; empty if there is none. Of several lines the last one counts.</summary>
    public string this[string field] => _fields.GetValueOrDefault(field, "");

    /// <summary>Reads a head.</summary>
    /// <exception cref="StreamException">What came is no HTTP reply, or too long, or the connection ended.</exception>
    public static async Task<HttpHead> Read(Stream stream, CancellationToken cancellation)
    {
        byte[] bytes = new byte[MaxLength];
        int length = 0;

        // One byte at a time, because the next protocol begins right after the head.
        while (!bytes.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            if (length == MaxLength) { throw NoHttp(); }

            int count = await StreamErrors.Guard(stream.ReadAsync(bytes.AsMemory(length, 1), cancellation)).ConfigureAwait(false);
            if (count == 0) { throw length == 0 ? new StreamException("the connection was closed without a reply") : NoHttp(); }

            length++;
        }

        return Parse(Encoding.Latin1.GetString(bytes, 0, length)) ?? throw NoHttp();
    }

    private static HttpHead? Parse(string text)
    {
        // HTTP/1.1 200 OK
        const int StatusAt = 9;
        string[] lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        bool isReply = lines.Length > 0
            && lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            && lines[0].Length >= StatusAt + 3
            && lines[0][StatusAt - 1] == ' ';
        if (!isReply
            || !int.TryParse(lines[0].AsSpan(StatusAt, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return null;
        }

        var head = new HttpHead(status);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) { head._fields[line[..colon]] = line[(colon + 1)..].Trim(' ', '\t'); }
        }

        return head;
    }

    private static StreamException NoHttp() => new("what answers there does not speak HTTP");
}
