namespace Punch.Net;

/// <summary>
/// Waits for any of several sockets and an event, in the best way of each operating system. All sockets have one <see cref="SocketKind"/>.
/// </summary>
internal interface ISocketSet : IDisposable
{
    /// <summary>Adds a socket. The first has number 0, the next 1.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The system refused.</exception>
    void Add(ISystemSocket socket);

    /// <summary>Waits until a socket has a datagram or an error, or the event is set.</summary>
    /// <param name="wait">The longest wait.</param>
    /// <param name="ready">Receives the numbers of ready sockets. The next wait returns those that do not fit.</param>
    /// <param name="isSet">Whether the event is set.</param>
    /// <returns>The number of ready sockets.</returns>
    int Wait(TimeSpan wait, Span<int> ready, out bool isSet);
}
