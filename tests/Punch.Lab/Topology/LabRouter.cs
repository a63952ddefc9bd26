using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Punch.Lab.Linux;
using Punch.Lab.Wire;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>
/// Carries real packets between TUN devices through a simulated <see cref="Network"/>. One thread reads them, passes them to the network,
/// and writes each delivery at its time. The network does everything to a packet on the way: delay, loss, NAT. Only the ICMP message about
/// an expired hop limit comes from the router, because the network knows only UDP and TCP. It goes back at once and without loss.
/// </summary>
internal sealed class LabRouter : IDisposable
{
    private readonly Network _network;
    private readonly List<(Node Node, TunDevice Device)> _attached = [];
    private readonly Dictionary<Node, TunDevice> _devices = [];
    private readonly byte[] _buffer = new byte[TunDevice.Mtu + PacketCodec.MaxOverhead];
    private readonly byte[] _reportBuffer = new byte[TunDevice.Mtu + PacketCodec.MaxOverhead + TimeExceeded.Size];
    private readonly HopLimitWatch _hopLimits = new();
    private readonly SafeFileHandle _bell = Native.EventDescriptor(0, Native.CloseOnExec);
    private readonly ConcurrentQueue<Action<Instant>> _jobs = [];
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _forwarded;
    private long _ignored;
    private long _delivered;
    private long _undelivered;

    public LabRouter(Network network)
    {
        _network = network;
        _thread = new Thread(Loop) { IsBackground = true, Name = "lab router" };
    }

    /// <summary>UDP and TCP packets taken from hosts.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    /// <summary>Packets that were written to a device. When one is counted, the kernel behind the device has taken it.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Packets that are neither whole UDP datagrams nor TCP segments, such as ICMP. They are dropped.</summary>
    public long Ignored => Interlocked.Read(ref _ignored);

    /// <summary>Packets that a host's kernel did not take. The network did not intend this loss.</summary>
    public long Undelivered => Interlocked.Read(ref _undelivered);

    /// <summary>Connects the device to a node of the network. Call it before <see cref="Start"/>.</summary>
    public void Attach(Node node, TunDevice device)
    {
        _attached.Add((node, device));
        _devices.Add(node, device);
    }

    /// <summary>Begins to carry packets. The network's observer must be set before; the router adds itself to it.</summary>
    public void Start()
    {
        Action<NetworkStep>? observer = _network.Observer;
        _network.Observer = step =>
        {
            observer?.Invoke(step);
            if (_hopLimits.TryNote(step, out Expiry expiry)) { Report(expiry); }
        };
        _thread.Start();
    }

    /// <summary>Runs a job between two packets. Once the network carries packets, all access must go through here.</summary>
    public void Post(Action<Instant> job)
    {
        _jobs.Enqueue(job);
        Ring();
    }

    public void Dispose()
    {
        _isStopping = true;
        Ring();
        if (_thread.IsAlive) { _thread.Join(); }

        _bell.Dispose();
    }

    private void Ring()
    {
        byte[] one = [1, 0, 0, 0, 0, 0, 0, 0];
        if (Native.Write(_bell, in one[0], (nuint)one.Length) != one.Length) { throw Native.Failure("write to eventfd"); }
    }

    private void DoJobs()
    {
        byte[] rung = new byte[sizeof(long)];
        _ = Native.Read(_bell, ref rung[0], (nuint)rung.Length);
        while (_jobs.TryDequeue(out Action<Instant>? job)) { job(LabClock.Now); }
    }

    private unsafe void Loop()
    {
        // The network must not be late because the machine is busy. If this is refused, only the figures are less exact.
        _ = Native.SetPriority(Native.OfProcess, Native.ThreadId(), Native.HighestPriority);
        _ = Native.ProcessControl(Native.TimerSlack, 1);
        var descriptors = new Native.PollDescriptor[_attached.Count + 1];
        for (int i = 0; i < _attached.Count; i++) { descriptors[i] = Watch(_attached[i].Device.Descriptor); }

        descriptors[^1] = Watch((int)_bell.DangerousGetHandle());
        fixed (Native.PollDescriptor* watched = descriptors)
        {
            while (!_isStopping)
            {
                Deliver();
                Wait(watched, descriptors.Length);
                if (descriptors[^1].Returned != 0) { DoJobs(); }

                for (int i = 0; i < _attached.Count; i++)
                {
                    if (descriptors[i].Returned != 0) { Take(_attached[i].Node, _attached[i].Device); }
                }
            }
        }
    }

    private static Native.PollDescriptor Watch(int descriptor) => new() { Descriptor = descriptor, Events = Native.Readable };

    private void Deliver()
    {
        while (_network.TryDeliver(LabClock.Now, out Delivery delivery))
        {
            int size = PacketCodec.Write(delivery.Packet, _buffer);
            if (TryWrite(delivery.To, _buffer.AsSpan(0, size))) { Interlocked.Increment(ref _delivered); }
        }
    }

    private void Report(in Expiry expiry)
    {
        int size = TimeExceeded.Write(expiry.Packet, expiry.By, _reportBuffer);
        TryWrite(expiry.Host, _reportBuffer.AsSpan(0, size));
    }

    /// <summary>Writes a packet to a host's device. The observer handles hosts without a device.</summary>
    private bool TryWrite(Node host, ReadOnlySpan<byte> packet)
    {
        bool isTaken = !_devices.TryGetValue(host, out TunDevice? device) || device.TryWrite(packet);
        if (!isTaken) { Interlocked.Increment(ref _undelivered); }

        return isTaken;
    }

    private unsafe void Wait(Native.PollDescriptor* watched, int count)
    {
        if (_network.NextTimeout is not { } next)
        {
            _ = Native.Poll(watched, (nuint)count, null, null);
            return;
        }

        TimeSpan ahead = next - LabClock.Now;
        if (ahead < TimeSpan.Zero) { ahead = TimeSpan.Zero; }

        long seconds = ahead.Ticks / TimeSpan.TicksPerSecond;
        var timeout = new Native.TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)(ahead.Ticks % TimeSpan.TicksPerSecond * 100) };
        _ = Native.Poll(watched, (nuint)count, &timeout, null);
    }

    /// <summary>Takes a limited number of packets, so that a flooding host cannot delay deliveries.</summary>
    private void Take(Node node, TunDevice device)
    {
        for (int i = 0; i < MaxPacketsAtOnce; i++)
        {
            int size = device.Read(_buffer);
            if (size == 0) { return; }

            Forward(node, _buffer.AsSpan(0, size));
        }
    }

    private const int MaxPacketsAtOnce = 64;

    private void Forward(Node node, ReadOnlySpan<byte> bytes)
    {
        if (PacketCodec.Parse(bytes, out Packet packet) != PacketError.None)
        {
            Interlocked.Increment(ref _ignored);
            return;
        }

        Interlocked.Increment(ref _forwarded);
        _network.Send(node, packet, LabClock.Now);
    }
}
