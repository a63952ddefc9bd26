using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>An end of a <see cref="Wire"/>.</summary>
internal enum WireEnd
{
    /// <summary>Where the sender is: <see cref="Wire.Near"/>.</summary>
    Near,

    /// <summary>Where the receiver is: <see cref="Wire.Far"/>.</summary>
    Far,
}

/// <summary>
/// Two network namespaces that are joined by wire.c, with a rate, a queue, a delay and loss. They have no names, so that the kernel removes
/// them with their last process.
/// </summary>
internal sealed class Wire : IDisposable
{
    /// <summary>The address of the sender's end.</summary>
    public const string Near = "10.77.0.1";

    /// <summary>The address of the receiver's end.</summary>
    public const string Far = "10.77.0.2";

    private readonly Process _process;
    private readonly string[] _namespaces;

    private Wire(Process process, string[] namespaces)
    {
        _process = process;
        _namespaces = namespaces;
    }

    /// <summary>Makes one; null if a tool or the permission is missing.</summary>
    public static Wire? TryOpen()
    {
        string? program = Measure.Compile("wire");
        if (program is null || !Measure.IsInstalled("nsenter") || !Measure.IsInstalled("ip")) { return null; }

        var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (process.StandardOutput.ReadLine()?.Split(' ') is not ["ready", var near, var far])
        {
            process.Dispose();
            return null;
        }

        var wire = new Wire(process, [.. new[] { near, far }.Select(descriptor => $"/proc/{process.Id}/fd/{descriptor}")]);
        wire.Address(WireEnd.Near, Near);
        wire.Address(WireEnd.Far, Far);
        return wire;
    }

    /// <summary>Changes what later packets meet.</summary>
    public void Set(WireOptions options) => Command(string.Create(
        CultureInfo.InvariantCulture,
        $"ways {options.Delay.TotalMicroseconds:0} {options.Rate:0} {options.Queue:0} {options.Loss * 1e6:0} {options.Mtu}"));

    /// <summary>Carries nothing for a time.</summary>
    public void Interrupt(TimeSpan time) => Command(string.Create(CultureInfo.InvariantCulture, $"out {time.TotalMilliseconds:0}"));

    /// <summary>Counts the packets to a TCP port apart, as <see cref="WayCounters.Watched"/>.</summary>
    public void Watch(int port) => Command(string.Create(CultureInfo.InvariantCulture, $"watch {port}"));

    /// <summary>What it counted since the last call.</summary>
    public WireCounters Count()
    {
        Command("stat");
        return WireCounters.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the wire has ended"));
    }

    /// <summary>Starts a shell script at one end. It should <c>exec</c> its last command, which is killed if this process is.</summary>
    public Process Start(WireEnd end, string script) => Process.Start(
        new ProcessStartInfo("nsenter", [$"--net={_namespaces[(int)end]}", "setpriv", "--pdeathsig", "KILL", "sh", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5))) { _process.Kill(); }

        _process.Dispose();
    }

    // The windows are those of a tuned host: the defaults of some kernels hold less than a gigabit and 50 ms. A later run must not start
    // with what an earlier one learned about the way.
    private void Address(WireEnd end, string address)
    {
        string script = $"""
            set -e
            sysctl -q -w net.ipv4.tcp_rmem='4096 131072 67108864' net.ipv4.tcp_wmem='4096 16384 67108864'
            sysctl -q -w net.ipv4.tcp_no_metrics_save=1 net.ipv6.conf.all.disable_ipv6=1
            ip link set lo up
            ip addr add {address}/24 dev wire
            ip link set wire mtu 1500 txqueuelen 20000 up
            """;
        using Process process = Start(end, script);
        string complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) { throw new InvalidOperationException($"the wire got no address: {complaint}"); }
    }

    private void Command(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }
}
