using Punch.Cli.Servers;
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
using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Cli.Commands.Meet;

/// <summary>The way to a peer that has the same code: the addresses of the server, the code, and this side's secrets.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="target">Whom to meet.</param>
internal sealed class MeetingApproach(PeerOptions options, PeerTarget.Meeting target) : IApproach
{
    // A code of this side's own serves the next peer, too.
    private MeetingCode? _code;

    /// <inheritdoc/>
    public SessionPlan Prepare(PatientResolver resolver, List<UdpSocket> sockets, MonotonicClock clock)
    {
        ServerPassword? password = target.Password.Read();
        Bind(sockets, resolver.Patience);
        TransportAddress[] locals = [.. sockets.Select(socket => socket.Local)];
        ServerSearch servers = Search(resolver);
        TransportAddress[] first = [.. servers.First.Where(server => locals.Any(local => local.Host.IsV6 == server.Host.IsV6))];
        TransportAddress[] all = first.Length > 0 ? first : [.. servers.Further.Select(WayList.PlaceOf).Distinct()];
        if (all.Length == 0) { throw NoWay(servers.First[0]); }

        resolver.Patience.AwaitRoute(all);
        var hosts = new AddressWatch(all, locals, clock.Now);
        if (hosts.IsByRoute)
        {
            string own = hosts.Current.Count > 0 ? string.Join(", ", hosts.Current.Select(host => host.Address)) : "none";
            resolver.Tell?.Invoke($"the interfaces of this machine cannot be listed; own addresses by the route: {own}");
        }

        TurnServer? turn = target.Turn is { } choice ? TurnServers.Find(choice, options.Families, resolver) : null;
        MeetingCode code = _code ??= target.Code ?? FreshSecrets.Code();
        var memory = WayMemory.OfUser();
        string key = WayMemory.KeyOf(hosts.Current, target.ServerWord);
        TcpPort? port = OpenTcp(locals);
        bool hasStreams = servers.Further.Any(way => way.IsStream);
        SessionTarget.Meeting meeting = Target(hosts, code, password) with
        {
            Servers = first,
            Turn = turn,
            Ways = servers.Further,
            Streams = port?.Locals ?? [],
            KnownWay = servers.Ways.Find(servers.Further, memory.Find(key)),
        };
        return new SessionPlan(Start(all, first, locals, hosts, code, servers.Ways, hasStreams), meeting, hosts, servers.Watch())
        {
            Routes = new RouteWatch(),
            Reached = server => memory.Put(key, first.Contains(server) ? null : servers.Ways.NoteOf(server)),
            Streams = hasStreams || target.Turn is not null || port is not null ? Streams(servers, port, resolver) : null,
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

    private StreamCarrier Streams(ServerSearch search, TcpPort? port, PatientResolver resolver)
    {
        TurnDialer? turn = target.Turn is { } choice
            ? new TurnDialer(TurnServers.Point(choice), search.ProxyOf(choice.Url.Server, resolver))
            : null;
        var servers = new ServerDialer(search.Ways.PointOf);

        // What comes from a port of its own goes to the peer, or asks where a server sees that port.
        var streams = new StreamCarrier(
            (request, stop) => request switch
            {
                { Local: not null } when port is not null => port.Dial(request, stop),
                _ when turn is not null && search.Ways.PointOf(request.Remote) is null => turn.Dial(request, stop),
                _ => servers.Dial(request, stop),
            },
            port);
        port?.Begin(streams);
        return streams;
    }

    private static LocalNetworkException NoWay(TransportAddress server) =>
        new(LocalNetworkError.FamilyUnavailable, $"no way from here to {server.Host}");

    private ServerSearch Search(PatientResolver resolver)
    {
        try
        {
            return new ServerSearch(target, options.Families, resolver, new ProxyEnvironment(Environment.GetEnvironmentVariable));
        }
        catch (NameResolutionException e)
        {
            throw new FailureException(SocketRun.Unresolved(e, "check the spelling of --via, or give the address itself"));
        }
    }

    private SessionStart Start(
        TransportAddress[] servers,
        TransportAddress[] first,
        TransportAddress[] locals,
        AddressWatch hosts,
        MeetingCode code,
        WayList ways,
        bool hasStreams)
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
                FirstWays = first,
                HasStreams = hasStreams,
                Describe = ways.Describe,
                UrlOf = ways.UrlOf,
                ProxyOf = way => ways.PointOf(way)?.Proxy?.ToString(),
                IsRelayOnly = target.Relay == RelayPermission.Only,
                Turn = target.Turn?.Url.Name,
                NewCode = newCode,
                Command = newCode is null ? null : PeerCommand.Of(options, target, newCode),
            },
        };
    }

    private SessionTarget.Meeting Target(AddressWatch hosts, MeetingCode code, ServerPassword? password) => new()
    {
        Code = code,
        Servers = [],
        Hosts = hosts.Current,
        TriesPrivate = options.TriesPrivate,
        Password = password,
        Party = FreshSecrets.Party(),
        Scalar = FreshSecrets.Scalar(),

        // What gets the bare port knows nothing of a relay.
        Relay = options.Purpose.Use == PathUse.HandOver ? RelayPermission.Never : target.Relay,
    };
}
