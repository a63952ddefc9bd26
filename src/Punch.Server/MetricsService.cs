using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Punch.Protocol;

namespace Punch.Server;

/// <summary>
/// Answers <c>GET /metrics</c> and <c>GET /healthz</c>, one request a connection, with the small part of HTTP/1.0 (RFC 1945) that a scraper
/// needs. Use it on loopback addresses: it has no names, passwords or encryption.
/// </summary>
/// <param name="render">Writes the metrics.</param>
/// <param name="isHealthy">Whether new clients are welcome.</param>
/// <param name="observer">Who hears of troubles; null for nobody.</param>
internal sealed class MetricsService(Func<string> render, Func<bool> isHealthy, IServerObserver? observer) : IStreamService
{
    /// <summary>The longest request head that is read, in bytes.</summary>
    public const int MaxRequest = 8192;

    private const int MaxConnections = 16;

    // For a whole request. A scraper on the same machine needs a thousandth of this.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _open;

    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) =>
        observer?.OnAcceptFailed(local, error, count);

    public async Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop)
    {
        using (client)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            deadline.CancelAfter(Patience);
            try
            {
                if (Interlocked.Increment(ref _open) <= MaxConnections) { await AnswerAsync(client, deadline.Token).ConfigureAwait(false); }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The scraper went away or is too slow. It will try again.
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }

    /// <summary>The response to a request head, or to the beginning of a head that is too long.</summary>
    internal string AnswerTo(string head)
    {
        int lineEnd = head.IndexOfAny(['\r', '\n']);
        string[] words = (lineEnd < 0 ? head : head[..lineEnd]).Split(' ');
        if (lineEnd < 0 || words is not [_, ['/', ..]] and not [_, ['/', ..], ['H', 'T', 'T', 'P', '/', ..]])
        {
            return Compose("400 Bad Request", "this is no HTTP request\n", hasBody: true);
        }

        bool isHead = words[0] == "HEAD";
        if (!isHead && words[0] != "GET") { return Compose("405 Method Not Allowed", "GET is all there is\n", hasBody: true); }

        return words[1].Split('?')[0] switch
        {
            "/metrics" => Compose("200 OK", render(), !isHead),
            "/healthz" when isHealthy() => Compose("200 OK", "ok\n", !isHead),
            "/healthz" => Compose("503 Service Unavailable", "draining\n", !isHead),
            _ => Compose("404 Not Found", "there is /metrics, and /healthz\n", !isHead),
        };
    }

    private async Task AnswerAsync(Socket client, CancellationToken cancellation)
    {
        byte[] buffer = new byte[MaxRequest];
        int held = 0;
        while (held < buffer.Length && !IsWhole(buffer.AsSpan(0, held)))
        {
            int count = await client.ReceiveAsync(buffer.AsMemory(held), cancellation).ConfigureAwait(false);
            if (count == 0) { break; }

            held += count;
        }

        ReadOnlyMemory<byte> answer = Encoding.ASCII.GetBytes(AnswerTo(Encoding.ASCII.GetString(buffer, 0, held)));
        while (!answer.IsEmpty) { answer = answer[await client.SendAsync(answer, cancellation).ConfigureAwait(false)..]; }

        // A socket that closes with unread bytes resets the connection. Then the client may lose the response.
        client.Shutdown(SocketShutdown.Send);
        while (await client.ReceiveAsync(buffer, cancellation).ConfigureAwait(false) > 0) { }
    }

    private static bool IsWhole(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0 || head.IndexOf("\n\n"u8) >= 0;

    private static string Compose(string status, string body, bool hasBody)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.0 {status}\r\n");
        text.Append("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return text.Append(hasBody ? body : "").ToString();
    }
}
