using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Tcp;

/// <summary>
/// Carries IP packets of any kind between two TUN devices, each with the same delay. The simulated network knows only UDP; here the kernels
/// at both ends do everything else.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly TunDevice[] _devices;
    private readonly TimeSpan _delay;
    private readonly Queue<(Instant At, int To, byte[] Packet)> _underWay = [];
    private readonly byte[] _buffer = new byte[TunDevice.Mtu + 64];
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public DelayLine(TunDevice a, TunDevice b, TimeSpan delay)
    {
        _devices = [a, b];
        _delay = delay;
        _thread = new Thread(Loop) { IsBackground = true, Name = "delay line" };
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (TunDevice device in _devices) { device.Dispose(); }
    }

    private unsafe void Loop()
    {
        _ = Native.SetPriority(Native.OfProcess, Native.ThreadId(), Native.HighestPriority);
        _ = Native.ProcessControl(Native.TimerSlack, 1);
        var descriptors = new Native.PollDescriptor[_devices.Length];
        for (int i = 0; i < descriptors.Length; i++)
        {
            descriptors[i] = new Native.PollDescriptor { Descriptor = _devices[i].Descriptor, Events = Native.Readable };
        }

        fixed (Native.PollDescriptor* watched = descriptors)
        {
            while (!_isStopping)
            {
                TimeSpan wait = _underWay.TryPeek(out (Instant At, int To, byte[] Packet) next) ? next.At - LabClock.Now : LongestWait;
                wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
                var timeout = new Native.TimeSpec { Nanoseconds = (nint)(wait.Ticks * 100) };
                _ = Native.Poll(watched, (nuint)descriptors.Length, &timeout, null);
                for (int i = 0; i < _devices.Length; i++) { Take(i); }

                Deliver();
            }
        }
    }

    private void Take(int from)
    {
        while (_devices[from].Read(_buffer) is > 0 and int length)
        {
            _underWay.Enqueue((LabClock.Now + _delay, 1 - from, _buffer[..length]));
        }
    }

    private void Deliver()
    {
        while (_underWay.TryPeek(out (Instant At, int To, byte[] Packet) next) && next.At <= LabClock.Now)
        {
            _underWay.Dequeue();
            _ = _devices[next.To].TryWrite(next.Packet);
        }
    }
}
