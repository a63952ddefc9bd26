using Punch.Cli.Options;
using Punch.Cli.Session;

namespace Punch.Cli.Commands.Reach;

/// <summary><c>punch remote-host [remote-port]</c>: reach a peer whose address is known.</summary>
internal static class ReachCommand
{
    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (ReachTable.Parse(arguments))
        {
            case Request<PeerOptions>.Answer answer:
                return context.Print(answer.Text);
            case Request<PeerOptions>.Refuse refusal:
                return SessionHost.Refuse(refusal.Failure, refusal.IsJson, isMeeting: false, context);
            case Request<PeerOptions>.Perform punch:
                return SessionHost.Run(punch.Options, new HostApproach(punch.Options, (PeerTarget.Host)punch.Options.Target), context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
