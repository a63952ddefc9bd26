using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd(int descriptor, short events = PollFd.In)
{
    /// <summary>POLLIN: there is data to read.</summary>
    public const short In = 1;

    /// <summary>POLLOUT: there is room to write.</summary>
    public const short Out = 4;

    public int Descriptor = descriptor;
    public short Events = events;

    /// <summary>What was found: the requested events, or POLLERR, which the kernel always reports.</summary>
    public short Returned;
}
