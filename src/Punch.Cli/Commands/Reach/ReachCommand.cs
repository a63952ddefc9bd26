using System.Reflection;
using Punch.Cli.Options;
using Punch.Cli.Output;
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
            case Request<PeerOptions>.Help:
                Print(context.Output, HelpText.Of(ReachTable.Spec));
                return ExitCode.Success;
            case Request<PeerOptions>.Version:
                Print(context.Output, $"punch {Version()}");
                return ExitCode.Success;
            case Request<PeerOptions>.Refuse refusal:
                return SessionHost.Refuse(refusal.Failure, refusal.IsJson, isMeeting: false, context);
            case Request<PeerOptions>.Perform punch:
                return SessionHost.Run(punch.Options, new HostApproach(punch.Options, (PeerTarget.Host)punch.Options.Target), context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void Print(IByteSink output, string text) => new LineBuffer().Append(text).Flush(output);

    private static string Version() =>
        typeof(ReachCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
