using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>An event descriptor: eventfd(2).</summary>
internal sealed class EventDescriptor : ISystemEvent
{
    private readonly SafeFileHandle _handle;

    /// <summary>Creates one that is not set.</summary>
    /// <exception cref="SocketException">The system has no descriptor left.</exception>
    public EventDescriptor() => _handle = new SafeFileHandle(BoundDescriptor.Check(WaitCalls.Event()), ownsHandle: true);

    /// <summary>The descriptor to wait for.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    public void Set() => WaitCalls.AddToEvent(Descriptor);

    public void Clear() => WaitCalls.ClearEvent(Descriptor);

    public void Dispose() => _handle.Dispose();
}
