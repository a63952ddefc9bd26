using System.Diagnostics;

namespace Punch.Benchmarks.Streams;

/// <summary>The running programs of a subject. Disposing it ends them.</summary>
internal sealed class StreamEnds : IDisposable
{
    private static readonly TimeSpan StartUp = TimeSpan.FromMilliseconds(500);

    private readonly List<WatchedProcess> _started = [];
    private readonly Timer _watchdog;

    /// <summary>Starts the helper and the receiver, waits until they are ready, then starts the sender.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="input">What follows the sender's command, such as <c>&lt;FILE</c>.</param>
    /// <param name="output">What follows the receiver's command, such as <c>&gt;/dev/null</c>.</param>
    /// <param name="longest">After this time the programs are ended, so that whoever reads from them goes on.</param>
    /// <exception cref="InvalidOperationException">A program did not start.</exception>
    public StreamEnds(StreamSubject subject, string input, string output, TimeSpan longest)
    {
        _watchdog = new Timer(_ => EndAll(), null, longest, Timeout.InfiniteTimeSpan);
        try
        {
            if (subject.Helper is { } helper) { Start(helper, ">/dev/null"); }

            Receiver = Start(subject.Receiver, output);
            SenderStarted = Stopwatch.GetTimestamp();
            Sender = Add(new WatchedProcess($"{subject.Sender} {input} 2>/dev/null"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WatchedProcess Sender { get; }

    public WatchedProcess Receiver { get; }

    public long SenderStarted { get; }

    public void Dispose()
    {
        _watchdog.Dispose();
        lock (_started)
        {
            foreach (WatchedProcess process in _started) { process.Dispose(); }

            _started.Clear();
        }
    }

    private void EndAll()
    {
        lock (_started)
        {
            foreach (WatchedProcess process in _started)
            {
                if (!process.Process.HasExited) { process.Process.Kill(entireProcessTree: true); }
            }
        }
    }

    private WatchedProcess Start(Service service, string output)
    {
        WatchedProcess started = Add(new WatchedProcess($"{service.Script} {output} 2>/dev/null"));
        bool isReady = service switch
        {
            { TcpPort: { } port } => TcpPort.IsOpenSoon(started.Process, port),
            { UdpPort: { } port } => UdpPort.IsTakenSoon(started.Process, port),
            _ => !started.Process.WaitForExit(StartUp),
        };
        return isReady ? started : throw new InvalidOperationException($"did not start: {service.Script}");
    }

    private WatchedProcess Add(WatchedProcess process)
    {
        lock (_started) { _started.Add(process); }

        return process;
    }
}
