using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Opens plain TCP connections.</summary>
public static class TcpDialer
{
    /// <summary>How long a connection may take. A SYN that is lost is sent again after 1 and 3 s (RFC 6298 §5.7).</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(6);

    /// <summary>The reason where nothing came.</summary>
    internal const string NoReply = "no reply";

    /// <summary>Opens the stream of a request.</summary>
    /// <exception cref="StreamException">It could not be opened.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<IMessagePipe> Dial(StreamRequest request, CancellationToken cancellation) =>
        FramedPipe.Over(await Connect(request, cancellation).ConfigureAwait(false));

    /// <summary>A connected socket.</summary>
    /// <exception cref="StreamException">It could not be connected.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<Socket> Connect(StreamRequest request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        var socket = new Socket(request.Remote.Host.Family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (request.Local is { } local) { socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port)); }

            var end = new IPEndPoint(request.Remote.Host.ToIPAddress(), request.Remote.Port);
            await socket.ConnectAsync(end, limit.Token).ConfigureAwait(false);
            socket.NoDelay = true;
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Failure(e);
        }
        catch (OperationCanceledException e)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new StreamException(NoReply, e);
        }
    }

    /// <summary>The words for a connection that could not be opened.</summary>
    internal static StreamException Failure(SocketException e) =>
        new(Text(e.SocketErrorCode), e) { IsRefused = e.SocketErrorCode == SocketError.ConnectionRefused };

    private static string Text(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.TimedOut => NoReply,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route",
        _ => LocalNetworkException.Text(error),
    };
}
