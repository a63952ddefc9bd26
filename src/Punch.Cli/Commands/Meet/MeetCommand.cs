using Punch.Cli.Options;
using Punch.Cli.Session;
using Punch.Net;

namespace Punch.Cli.Commands.Meet;

/// <summary><c>punch meet</c>: reach a peer through a server that introduces the two sides and then has no part in it.</summary>
internal static class MeetCommand
{
    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (MeetTable.Parse(arguments, EnvironmentDefaults.OfProcess(context.OpenInput)))
        {
            case Request<PeerOptions>.Answer answer:
                return context.Print(answer.Text);
            case Request<PeerOptions>.Refuse refusal:
                return SessionHost.Refuse(refusal.Failure, refusal.IsJson, isMeeting: true, context);
            case Request<PeerOptions>.Perform { Options.IsJson: var isJson } when !SystemProbe.CanSeal():
                return SessionHost.Refuse(SystemRefusal.NoLibrary(), isJson, isMeeting: true, context);
            case Request<PeerOptions>.Perform meet:
                return SessionHost.Run(meet.Options, new MeetingApproach(meet.Options, (PeerTarget.Meeting)meet.Options.Target), context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
