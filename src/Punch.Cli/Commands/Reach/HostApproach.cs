using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Reach;

/// <summary>The way to a peer whose address is known: its addresses, and a socket for each family of them.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="target">Whom to reach.</param>
internal sealed class HostApproach(PeerOptions options, PeerTarget.Host target) : IApproach
{
    /// <inheritdoc/>
    public SessionPlan Prepare(PatientResolver resolver, List<UdpSocket> sockets, MonotonicClock clock)
    {
        IReadOnlyList<HostAddress> hosts = resolver.Resolve(target.Remote, options.Families);
        sockets.AddRange(resolver.Patience.Bind(() => SocketBinder.Bind(Locals(hosts), options.LocalPort)));
        TransportAddress[] remotes =
        [
            .. hosts.Where(host => sockets.Exists(socket => socket.Local.Host.IsV6 == host.IsV6))
                .Select(host => new TransportAddress(host, target.Port))
                .Take(SessionTarget.NamedHost.MaxRemotes),
        ];
        resolver.Patience.AwaitRoute(remotes);
        return new SessionPlan(
            new SessionStart
            {
                Host = target.Remote.Host,
                Remotes = remotes,
                Locals = [.. sockets.Select(socket => socket.Local)],
                Id = Entropy.Next(),
                Time = DateTimeOffset.Now,
            },
            new SessionTarget.NamedHost { Remotes = remotes, UsesClockSlots = !remotes.Any(remote => RemoteRules.IsOnLink(remote.Host)) });
    }

    /// <summary>A local address for each family that occurs.</summary>
    private IEnumerable<HostAddress> Locals(IReadOnlyList<HostAddress> hosts) =>
        hosts.Select(host => host.IsV6).Distinct().Select(isV6 => options.Bind ?? (isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4));
}
