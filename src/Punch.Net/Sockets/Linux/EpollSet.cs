using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>Waits by epoll(7): what a wait costs does not grow with the number of sockets.</summary>
internal sealed class EpollSet : ISocketSet
{
    /// <summary>The most sockets that one wait reports; the kernel takes turns among more.</summary>
    private const int MaxEvents = 64;

    private const long EventNumber = -1;

    private readonly SafeFileHandle _epoll;
    private readonly byte[] _events = new byte[MaxEvents * EpollEvent.Length];
    private long _count;

    /// <summary>Opens a set with nothing but an event.</summary>
    /// <exception cref="SocketException">The system refused.</exception>
    public EpollSet(EventDescriptor wakeUp)
    {
        _epoll = new SafeFileHandle(BoundDescriptor.Check(WaitCalls.Epoll()), ownsHandle: true);
        Add(wakeUp.Descriptor, EventNumber);
    }

    private int Descriptor => (int)_epoll.DangerousGetHandle();

    public void Add(ISystemSocket socket)
    {
        Add(((LinuxSocket)socket).Descriptor, _count);
        _count++;
    }

    public int Wait(TimeSpan wait, Span<int> ready, out bool isSet)
    {
        isSet = false;
        int most = Math.Min(ready.Length + 1, MaxEvents) * EpollEvent.Length;

        // An interrupted wait looks like one that found nothing. Every other error lasts: a sandbox forbids the call.
        int result = WaitCalls.WaitForEpoll(Descriptor, _events.AsSpan(0, most), wait);
        int found = -result == Errno.Interrupted ? 0 : BoundDescriptor.Check(result);
        int count = 0;
        for (int i = 0; i < found; i++)
        {
            long number = EpollEvent.Number(_events.AsSpan(i * EpollEvent.Length));
            if (number == EventNumber) { isSet = true; }
            else if (count < ready.Length) { ready[count++] = (int)number; }
        }

        return count;
    }

    public void Dispose() => _epoll.Dispose();

    private void Add(int descriptor, long number) => BoundDescriptor.Check(WaitCalls.AddToEpoll(Descriptor, descriptor, number));
}
