using System.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Sockets.Portable;

namespace Punch.Net.Sockets;

/// <summary>Ends the wait of a loop from another thread, at once.</summary>
public sealed class WakeUp : IDisposable
{
    private readonly Lock _lock = new();
    private int _isSet;
    private bool _isDisposed;

    /// <summary>Creates one that is not set.</summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor or socket left.</exception>
    public WakeUp()
        : this(UdpSocket.SystemKind)
    {
    }

    internal WakeUp(SocketKind kind)
    {
        try
        {
            System = kind == SocketKind.Linux ? new EventDescriptor() : new LoopbackEvent();
        }
        catch (SocketException e)
        {
            throw NoneLeft(e);
        }
    }

    /// <summary>What it is made of.</summary>
    internal ISystemEvent System { get; }

    /// <summary>
    /// Ends the present wait, or else the next one. Costs a system call, unless it is set already. Harmless after the end.
    /// </summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0) { return; }

        // The number of a closed descriptor may belong to another file already.
        lock (_lock)
        {
            if (!_isDisposed) { System.Set(); }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            System.Dispose();
        }
    }

    /// <summary>The words for a system that gives no descriptor.</summary>
    internal static LocalNetworkException NoneLeft(SocketException e) =>
        new(LocalNetworkError.Other, "the system has no descriptor left", e);

    /// <summary>
    /// Forgets that it was set: whatever is set from now on ends the next wait. Look for the cause after this, never before.
    /// </summary>
    internal void Clear()
    {
        System.Clear();
        Interlocked.Exchange(ref _isSet, 0);
    }
}
