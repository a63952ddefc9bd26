using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Net.Sockets;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The way to a peer that has the same code: the addresses of the server, the code, and this side's secrets.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="target">Whom to meet.</param>
internal sealed class MeetingApproach(PeerOptions options, PeerTarget.Meeting target) : IApproach
{
    /// <inheritdoc/>
    public SessionPlan Prepare(PatientResolver resolver, List<UdpSocket> sockets, MonotonicClock clock)
    {
        Bind(sockets, resolver.Patience);
        TransportAddress[] locals = [.. sockets.Select(socket => socket.Local)];
        TransportAddress[] servers = Servers(resolver, locals);
        resolver.Patience.AwaitRoute(servers);
        var hosts = new AddressWatch(servers, locals, clock.Now);
        if (hosts.IsByRoute)
        {
            string own = hosts.Current.Count > 0 ? string.Join(", ", hosts.Current.Select(host => host.Address)) : "none";
            resolver.Tell?.Invoke($"the interfaces of this machine cannot be listed; own addresses by the route: {own}");
        }

        MeetingCode code = target.Code ?? NewCode();
        NameWatch? name = MeetServers.Watch(target.Server, options.Families, servers, resolver.Stop);
        TcpPort? port = OpenTcp(locals);
        var streams = port is null ? null : new StreamCarrier(port.Dial, port);
        if (streams is not null) { port!.Begin(streams); }

        return new SessionPlan(Start(servers, locals, hosts, code), Target(servers, port, hosts, code), hosts, name)
        {
            Streams = streams,
            Routes = new RouteWatch(),
        };
    }

    private void Bind(List<UdpSocket> sockets, StartPatience patience)
    {
        try
        {
            sockets.AddRange(patience.Bind(() => SocketBinder.Bind(Wildcards(), options.LocalPort)));
        }
        catch (LocalNetworkException e) when (e.Error == LocalNetworkError.PortTaken)
        {
            const string Hint = "another local port: -p <port>; without -p any free one will do";
            throw new FailureException(LocalRefusal.Explain(e) with { Hint = Hint });
        }
    }

    /// <summary>The same port over TCP, else another one; null where none is to be had, since UDP works without.</summary>
    private TcpPort? OpenTcp(TransportAddress[] locals)
    {
        // What gets the bare port knows nothing of a TCP connection.
        if (options.Purpose.Use == PathUse.HandOver || target.Relay == RelayPermission.Only) { return null; }

        foreach (ushort port in (ReadOnlySpan<ushort>)[locals[0].Port, 0])
        {
            try
            {
                return TcpPort.Open(locals.Select(local => local.Host), port);
            }
            catch (LocalNetworkException)
            {
                // Another program listens there, or the system forbids it.
            }
        }

        return null;
    }

    private HostAddress[] Wildcards() => options switch
    {
        { Bind: { } bind } => [bind],
        { Families: AddressFamilies.V4 } => [HostAddress.AnyV4],
        { Families: AddressFamilies.V6 } => [HostAddress.AnyV6],
        _ => [HostAddress.AnyV4, HostAddress.AnyV6],
    };

    private TransportAddress[] Servers(PatientResolver resolver, TransportAddress[] locals)
    {
        try
        {
            IReadOnlyList<TransportAddress> found = MeetServers.Find(target.Server, options.Families, resolver);
            TransportAddress[] servers = [.. found.Where(server => locals.Any(local => local.Host.IsV6 == server.Host.IsV6))];
            return servers.Length > 0
                ? servers
                : throw new LocalNetworkException(LocalNetworkError.FamilyUnavailable, $"no way from here to {found[0].Host}");
        }
        catch (NameResolutionException e)
        {
            throw new FailureException(SocketRun.Unresolved(e, "check the spelling of --via, or give the address itself"));
        }
    }

    private SessionStart Start(TransportAddress[] servers, TransportAddress[] locals, AddressWatch hosts, MeetingCode code)
    {
        string? newCode = target.Code is null ? code.Reveal() : null;
        return new SessionStart
        {
            Host = target.ServerWord,
            Remotes = servers,
            Locals = locals,
            Id = Entropy.Next(),
            Time = DateTimeOffset.Now,
            Meeting = new MeetingStart
            {
                Hosts = () => hosts.Current,
                NewCode = newCode,
                Command = newCode is null ? null : PeerCommand.Of(options, target, newCode),
            },
        };
    }

    private SessionTarget.Meeting Target(TransportAddress[] servers, TcpPort? port, AddressWatch hosts, MeetingCode code)
    {
        byte[] party = new byte[PartyId.Length];
        byte[] scalar = new byte[EphemeralKey.ScalarLength];
        Entropy.Fill(party);
        Entropy.Fill(scalar);
        return new SessionTarget.Meeting
        {
            Code = code,
            Servers = servers,
            Streams = port?.Locals ?? [],
            Hosts = hosts.Current,
            TriesPrivate = options.TriesPrivate,
            Party = PartyId.FromBytes(party),
            Scalar = scalar,

            // What gets the bare port knows nothing of a relay.
            Relay = options.Purpose.Use == PathUse.HandOver ? RelayPermission.Never : target.Relay,
        };
    }

    private static MeetingCode NewCode()
    {
        Span<byte> random = stackalloc byte[MeetingCode.RandomLength];
        Entropy.Fill(random);
        return MeetingCode.FromRandom(random);
    }
}
