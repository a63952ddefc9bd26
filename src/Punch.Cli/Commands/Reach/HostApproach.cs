using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Sockets;
using Punch.Net.Streams;
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
        TcpPort? port = null;
        TransportAddress[] locals = options.UsesTcp ? OpenTcp(hosts, resolver, out port) : OpenUdp(hosts, resolver, sockets);
        TransportAddress[] remotes =
        [
            .. hosts.Where(host => locals.Any(local => local.Host.IsV6 == host.IsV6))
                .Select(host => new TransportAddress(host, target.Port, locals[0].Transport))
                .Take(SessionTarget.NamedHost.MaxRemotes),
        ];
        resolver.Patience.AwaitRoute(remotes);
        if (port is not null && remotes.All(LocalRoute.IsMissing))
        {
            throw new LocalNetworkException(LocalNetworkError.NoRoute, $"no route to {remotes[0].Host}");
        }

        StreamCarrier? streams = port is null ? null : new StreamCarrier(port.Dial, port);
        if (streams is not null) { port!.Begin(streams); }

        return new SessionPlan(
            new SessionStart
            {
                Host = target.Remote.Host,
                Remotes = remotes,
                Locals = locals,
                Id = Entropy.Next(),
                Time = DateTimeOffset.Now,
            },
            new SessionTarget.NamedHost { Remotes = remotes, UsesClockSlots = !remotes.Any(remote => RemoteRules.IsOnLink(remote.Host)) })
        {
            Streams = streams,
            PassesStream = port is null ? null : remote => port.Pass(remote),
        };
    }

    private TransportAddress[] OpenUdp(IReadOnlyList<HostAddress> hosts, PatientResolver resolver, List<UdpSocket> sockets)
    {
        sockets.AddRange(resolver.Patience.Bind(() => SocketBinder.Bind(Locals(hosts), options.LocalPort)));
        return [.. sockets.Select(socket => socket.Local)];
    }

    private TransportAddress[] OpenTcp(IReadOnlyList<HostAddress> hosts, PatientResolver resolver, out TcpPort port)
    {
        bool passes = options.Purpose.Command is not null;
        port = resolver.Patience.Bind<TcpPort>(() => [TcpPort.Open(Locals(hosts), options.LocalPort, passes)])[0];
        return [.. port.Locals];
    }

    /// <summary>A local address for each family that occurs.</summary>
    private IEnumerable<HostAddress> Locals(IReadOnlyList<HostAddress> hosts) =>
        hosts.Select(host => host.IsV6).Distinct().Select(isV6 => options.Bind ?? (isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4));
}
