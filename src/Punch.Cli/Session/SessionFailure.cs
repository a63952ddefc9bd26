using System.Diagnostics;

namespace Punch.Cli.Session;

/// <summary>Explains a session without the path that was asked for: what was sent, what was heard, and the next thing to try.</summary>
internal static class SessionFailure
{
    /// <summary>Explains it; null where there is nothing to explain.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="report">What it came to.</param>
    public static Failure? Explain(PeerOptions options, SessionReport report) =>
        report.Ledger.LocalFailure ?? report.Ledger.ReceiveFailure ?? options.Target switch
        {
            PeerTarget.Host host => HostFailure.Explain(host, options.Deadline, report),
            PeerTarget.At at => AddressFailure.Explain(at, options.Deadline, report),
            PeerTarget.Meeting meeting => MeetingFailure.Explain(meeting, options.Deadline, report),
            _ => throw new UnreachableException(),
        };
}
