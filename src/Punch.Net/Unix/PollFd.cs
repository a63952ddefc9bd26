using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd(int descriptor)
{
    private const short PollIn = 1;

    public int Descriptor = descriptor;
    public short Events = PollIn;

    /// <summary>What was found: POLLIN, or POLLERR, which the kernel always tells.</summary>
    public short Returned;
}
