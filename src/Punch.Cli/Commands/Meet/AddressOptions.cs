using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The options of <c>punch meet</c> without a server: one side at least knows the other's address.</summary>
internal static class AddressOptions
{
    /// <summary>Where the peer is.</summary>
    public static readonly ValueOption<string> At = new("host", ValueKinds.Word("a name or an address, with or without a port"))
    {
        Name = "--at",
        Completes = Completes.Hosts,
        Help = "Meet without a server: the peer is at this host or host:port. The peer names this side in the same way, or it only listens",
        DefaultText = FormattableString.Invariant($"port {PeerOptions.DefaultPort}"),
    };

    /// <summary>Whether the peer knows where this side is.</summary>
    public static readonly FlagOption Listen = new()
    {
        Name = "--listen",
        Help = FormattableString.Invariant(
            $"Meet without a server: wait for a peer that names this side with --at. On port {PeerOptions.DefaultPort}, or that of -p"),
    };

    /// <summary>Reads them; null where a server is to be used.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="given">What was given in place of a code: a whole line may say it, where the command line says nothing.</param>
    /// <param name="isServerNamed">Whether the command line names a server.</param>
    /// <param name="misfits">The options that are about a server.</param>
    /// <exception cref="FailureException">The options exclude each other, or the address is none.</exception>
    public static PeerTarget.At? Read(CommandLine line, GivenCode? given, bool isServerNamed, params IEnumerable<OptionSpec> misfits)
    {
        bool isGiven = line.Has(At) || line.Has(Listen);
        bool isPasted = !isGiven && !isServerNamed && given is { Server: null, IsByAddress: true };
        if (!isGiven && !isPasted) { return null; }

        if (line.Has(At) && line.Has(Listen))
        {
            throw new FailureException(Failure.Usage(
                "--at and --listen exclude each other", "--at greets the peer at its address, and listens, too"));
        }

        string word = line.Has(Listen) ? Listen.Name : At.Name;
        if (misfits.FirstOrDefault(line.Has) is { } misfit)
        {
            throw new FailureException(Failure.Usage(
                $"{misfit.Name} cannot be used with {word}", $"{word} meets without a server and without a relay: leave one of them out"));
        }

        string? at = isGiven ? line.Get(At) : given!.At;
        RemoteTarget? remote = at is null ? null : RemoteTarget.Parse(at);
        return new PeerTarget.At(given?.Code, remote, remote?.Port ?? PeerOptions.DefaultPort);
    }
}
