using System.Net;
using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Tcp;

/// <summary>
/// Carries IPv4 packets of any kind between TUN devices, each with the same delay, to the device of the destination. The simulated network
/// knows only UDP; here the kernels at the ends do everything else.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private const int ProtocolAt = 9;
    private const int SourceAt = 12;
    private const int DestinationAt = 16;
    private const int AddressLength = 4;
    private const byte Udp = 17;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly (HostAddress Address, TunDevice Device)[] _ends;
    private readonly TimeSpan _delay;
    private readonly HostAddress? _onlyUdp;
    private readonly Queue<(Instant At, TunDevice To, byte[] Packet)> _underWay = [];
    private readonly byte[] _buffer = new byte[TunDevice.Mtu + 64];
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="delay">The delay of each packet.</param>
    /// <param name="onlyUdp">The only host that UDP goes to and comes from; null where it goes everywhere.</param>
    /// <param name="ends">The hosts, each with its address.</param>
    public DelayLine(TimeSpan delay, HostAddress? onlyUdp, params (HostAddress Address, TunDevice Device)[] ends)
    {
        _ends = ends;
        _delay = delay;
        _onlyUdp = onlyUdp;
        _thread = new Thread(Loop) { IsBackground = true, Name = "delay line" };
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach ((_, TunDevice device) in _ends) { device.Dispose(); }
    }

    private unsafe void Loop()
    {
        _ = Native.SetPriority(Native.OfProcess, Native.ThreadId(), Native.HighestPriority);
        _ = Native.ProcessControl(Native.TimerSlack, 1);
        var descriptors = new Native.PollDescriptor[_ends.Length];
        for (int i = 0; i < descriptors.Length; i++)
        {
            descriptors[i] = new Native.PollDescriptor { Descriptor = _ends[i].Device.Descriptor, Events = Native.Readable };
        }

        fixed (Native.PollDescriptor* watched = descriptors)
        {
            while (!_isStopping)
            {
                TimeSpan wait = _underWay.TryPeek(out (Instant At, TunDevice To, byte[] Packet) next) ? next.At - LabClock.Now : LongestWait;
                wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
                var timeout = new Native.TimeSpec { Nanoseconds = (nint)(wait.Ticks * 100) };
                _ = Native.Poll(watched, (nuint)descriptors.Length, &timeout, null);
                foreach ((_, TunDevice device) in _ends) { Take(device); }

                Deliver();
            }
        }
    }

    private void Take(TunDevice from)
    {
        while (from.Read(_buffer) is > 0 and int length)
        {
            if (Find(_buffer.AsSpan(0, length)) is { } to) { _underWay.Enqueue((LabClock.Now + _delay, to, _buffer[..length])); }
        }
    }

    private TunDevice? Find(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < DestinationAt + AddressLength || packet[0] >> 4 != AddressLength) { return null; }

        HostAddress source = Address(packet[SourceAt..]);
        HostAddress destination = Address(packet[DestinationAt..]);
        bool isBlocked = packet[ProtocolAt] == Udp && _onlyUdp is { } only && source != only && destination != only;
        return isBlocked ? null : Array.Find(_ends, end => end.Address == destination).Device;
    }

    private static HostAddress Address(ReadOnlySpan<byte> bytes) => HostAddress.FromIPAddress(new IPAddress(bytes[..AddressLength]));

    private void Deliver()
    {
        while (_underWay.TryPeek(out (Instant At, TunDevice To, byte[] Packet) next) && next.At <= LabClock.Now)
        {
            _underWay.Dequeue();
            _ = next.To.TryWrite(next.Packet);
        }
    }
}
