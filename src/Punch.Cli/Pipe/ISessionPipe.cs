using Punch.Net.Loop;
using Punch.Protocol.Events;
using Punch.Protocol.Session;

namespace Punch.Cli.Pipe;

/// <summary>Joins standard input and output to a session. The loop takes the session's input from it.</summary>
internal interface ISessionPipe : ILoopFeed, IDisposable
{
    /// <summary>Takes in an event of the session.</summary>
    /// <param name="e">The event.</param>
    /// <param name="payload">The data of the event, if it has some.</param>
    /// <returns>Whether it was data, so that no other part needs the event.</returns>
    bool Take(in SessionEvent e, ReadOnlySpan<byte> payload);

    /// <summary>Waits until the received data is written, but only briefly once asked to stop. Returns whether all was written.</summary>
    bool Finish(CancellationToken stop);

    /// <summary>Explains why not everything was carried, although there was a path; null if it was.</summary>
    /// <param name="statistics">The counts of the session.</param>
    /// <param name="isInterrupted">Whether a signal, or a reader that went away, ended it. Then only its input can have failed.</param>
    Failure? Explain(SessionStatistics statistics, bool isInterrupted);
}
