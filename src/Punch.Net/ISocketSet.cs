namespace Punch.Net;

/// <summary>
/// Waits for any of several sockets and an event, as each operating system does it best. All are of one <see cref="SocketKind"/>.
/// </summary>
internal interface ISocketSet : IDisposable
{
    /// <summary>Adds a socket. The first has number 0, the next 1.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The system refused.</exception>
    void Add(ISystemSocket socket);

    /// <summary>Waits until a socket has a datagram or an error to take, or the event is set, and at most this long.</summary>
    /// <param name="wait">At most this long.</param>
    /// <param name="ready">Takes the numbers of the sockets. The next wait tells of those that find no room.</param>
    /// <param name="isSet">Whether the event is set.</param>
    /// <returns>How many sockets are ready.</returns>
    int Wait(TimeSpan wait, Span<int> ready, out bool isSet);
}
