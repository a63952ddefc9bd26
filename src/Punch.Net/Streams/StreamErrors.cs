using System.ComponentModel;
using System.Net.Sockets;

namespace Punch.Net.Streams;

/// <summary>Turns what a broken connection throws into a <see cref="StreamException"/> with words for a user.</summary>
internal static class StreamErrors
{
    /// <summary>Waits for a transfer.</summary>
    /// <exception cref="StreamException">The connection is broken.</exception>
    public static async ValueTask<T> Guard<T>(ValueTask<T> transfer)
    {
        try
        {
            return await transfer.ConfigureAwait(false);
        }
        catch (Exception e) when (IsBreak(e))
        {
            throw new StreamException(Text(e), e);
        }
    }

    /// <inheritdoc cref="Guard{T}(ValueTask{T})"/>
    public static async ValueTask Guard(ValueTask transfer)
    {
        try
        {
            await transfer.ConfigureAwait(false);
        }
        catch (Exception e) when (IsBreak(e))
        {
            throw new StreamException(Text(e), e);
        }
    }

    // A stream that another task disposes of throws any of them.
    private static bool IsBreak(Exception e) =>
        e is IOException or Win32Exception or ObjectDisposedException or InvalidOperationException or NotSupportedException;

    private static string Text(Exception e) => (e as SocketException ?? e.InnerException as SocketException) switch
    {
        { SocketErrorCode: SocketError.ConnectionReset } => "the connection was reset",
        { } socket => LocalNetworkException.Text(socket.SocketErrorCode),
        null => "the connection broke",
    };
}
