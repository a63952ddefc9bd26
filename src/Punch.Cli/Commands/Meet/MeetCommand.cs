using Punch.Cli.Options;
using Punch.Cli.Session;
using Punch.Net;

namespace Punch.Cli.Commands.Meet;

/// <summary><c>punch meet</c>: reach a peer that has the same code, by a server that introduces the two sides, or without one.</summary>
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
                return SessionHost.Run(meet.Options, Approach(meet.Options), context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static IApproach Approach(PeerOptions options) => options.Target is PeerTarget.At at
        ? new AddressApproach(options, at)
        : new MeetingApproach(options, (PeerTarget.Meeting)options.Target);
}
