using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net.Resolving;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Turn;

namespace Punch.Cli.Commands.Meet;

/// <summary>Turns the TURN server that was named into addresses.</summary>
internal static class TurnServers
{
    /// <summary>How many addresses are tried with one transport.</summary>
    private const int MaxOfTransport = 4;

    /// <summary>Looks it up.</summary>
    /// <exception cref="FailureException">Its name has no address that is wanted, or its password cannot be read.</exception>
    public static TurnServer Find(TurnChoice choice, AddressFamilies families, PatientResolver resolver)
    {
        byte[] password = choice.ReadPassword();
        try
        {
            IReadOnlyList<HostAddress> hosts = MeetServers.Find(choice.Url.Server, families, resolver);
            TransportAddress[] found = [.. hosts.Take(MaxOfTransport).Select(host => new TransportAddress(host, choice.Url.Port))];
            return new TurnServer { Addresses = [.. Ways(choice.Url.Way, found)], User = choice.User, Password = password };
        }
        catch (NameResolutionException e)
        {
            throw new FailureException(SocketRun.Unresolved(e, "check the spelling of --turn, or give the address itself"));
        }
    }

    /// <summary>What a dialer must know of it.</summary>
    public static ServerPoint Point(TurnChoice choice) => new(choice.Url.Server.LookUpName, choice.Url.Port) { IsTurn = true };

    private static IEnumerable<TransportAddress> Ways(TurnWay way, TransportAddress[] found) => way switch
    {
        TurnWay.Udp => found,
        TurnWay.Tcp => Over(Transport.Tcp, found),
        TurnWay.Tls => Over(Transport.Tls, found),
        _ => found.Concat(Over(Transport.Tcp, found)),
    };

    private static IEnumerable<TransportAddress> Over(Transport transport, TransportAddress[] found) =>
        found.Select(address => address with { Transport = transport });
}
