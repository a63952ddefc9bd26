using System.Diagnostics;

namespace Punch.Benchmarks.Wan;

/// <summary>
/// Two command lines of any program. The sender reads from its standard input, which never ends. What the receiver writes is counted.
/// </summary>
/// <param name="name">What the table calls them.</param>
/// <param name="sender">The shell command at <see cref="Wire.Near"/>.</param>
/// <param name="receiver">The shell command at <see cref="Wire.Far"/>.</param>
/// <param name="server">A command at <see cref="Wire.Far"/> that both need; null for none.</param>
internal sealed class CommandSubject(string name, string sender, string receiver, string? server = null) : Subject(name)
{
    private static readonly TimeSpan StartUp = TimeSpan.FromMilliseconds(500);

    public override Flow Start(Wire wire, TimeSpan time)
    {
        var started = new List<Process>();
        if (server is not null) { started.Add(wire.Start(WireEnd.Far, $"{server} >/dev/null 2>&1 </dev/null")); }

        Thread.Sleep(StartUp);
        Process receiving = wire.Start(WireEnd.Far, $"{receiver} 2>/dev/null");
        started.Add(receiving);
        Thread.Sleep(StartUp);
        started.Add(wire.Start(WireEnd.Near, $"{sender} </dev/zero >/dev/null 2>&1"));
        return new CommandFlow(started, new ByteCount(receiving.StandardOutput.BaseStream, time));
    }

    private sealed class CommandFlow(List<Process> started, ByteCount count) : Flow
    {
        public override bool Begins() => count.WaitForFirst();

        public override FlowResult? Finish() => count.Finish();

        // The receiver ends first, so that the reader of its output ends.
        public override void Dispose()
        {
            foreach (Process process in started) { Child.End(process); }
        }
    }
}
