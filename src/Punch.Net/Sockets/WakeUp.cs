using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;

namespace Punch.Net.Sockets;

/// <summary>
/// Ends the wait of a loop from another thread, at once: an event descriptor on Linux, elsewhere a datagram that a socket on loopback
/// sends to itself.
/// </summary>
public sealed class WakeUp : IDisposable
{
    private readonly SafeFileHandle? _event;
    private readonly Socket? _socket;
    private readonly byte[] _received = new byte[8];
    private readonly Lock _lock = new();
    private int _isSet;
    private bool _isDisposed;

    /// <summary>Creates one that is not set.</summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor or socket left.</exception>
    public WakeUp()
        : this(OperatingSystem.IsLinux() ? SocketKind.Linux : SocketKind.Portable)
    {
    }

    internal WakeUp(SocketKind kind)
    {
        try
        {
            if (kind == SocketKind.Linux) { _event = new SafeFileHandle(BoundDescriptor.Check(LibC.Event()), ownsHandle: true); }
            else { _socket = ConnectToItself(); }
        }
        catch (SocketException e)
        {
            throw new LocalNetworkException(LocalNetworkError.Other, "the system has no descriptor left", e);
        }
    }

    /// <summary>The descriptor to poll; only on Linux.</summary>
    internal int Descriptor => (int)_event!.DangerousGetHandle();

    /// <summary>The socket to wait for; null on Linux.</summary>
    internal Socket? Socket => _socket;

    /// <summary>Ends the present wait, or else the next one. Costs a system call, unless it is set already. Harmless after the end.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0) { return; }

        // The number of a closed descriptor may belong to another file already.
        lock (_lock)
        {
            if (_isDisposed) { return; }

            if (_event is not null) { LibC.AddToEvent(Descriptor); }
            else { _socket!.Send([1]); }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _event?.Dispose();
            _socket?.Dispose();
        }
    }

    /// <summary>Forgets that it was set: whatever is set from now on ends the next wait. Look for the news after this, never before.</summary>
    internal void Clear()
    {
        if (_event is not null) { LibC.ClearEvent(Descriptor); }
        else { _socket!.Receive(_received); }

        Interlocked.Exchange(ref _isSet, 0);
    }

    private static Socket ConnectToItself()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        return socket;
    }
}
