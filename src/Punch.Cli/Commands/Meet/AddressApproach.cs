using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The way to a peer that has the same code, without a server: its address, or a port to listen on.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="target">Whom to meet.</param>
internal sealed class AddressApproach(PeerOptions options, PeerTarget.At target) : IApproach
{
    // A code of this side's own serves the next peer, too.
    private MeetingCode? _code;

    /// <inheritdoc/>
    public SessionPlan Prepare(PatientResolver resolver, List<UdpSocket> sockets, MonotonicClock clock)
    {
        IReadOnlyList<HostAddress> named = target.Remote is { } remote ? resolver.Resolve(remote, options.Families) : [];
        sockets.AddRange(resolver.Patience.Bind(() => SocketBinder.Bind(Locals(named), options.LocalPort)));
        TransportAddress[] locals = [.. sockets.Select(socket => socket.Local)];
        TransportAddress[] remotes =
        [
            .. named.Where(host => locals.Any(local => local.Host.IsV6 == host.IsV6))
                .Select(host => new TransportAddress(host, target.Port))
                .Take(SessionTarget.NamedHost.MaxRemotes),
        ];
        if (remotes.Length > 0) { resolver.Patience.AwaitRoute(remotes); }

        var hosts = new AddressWatch(remotes, locals, clock.Now);
        MeetingCode code = _code ??= target.Code ?? FreshSecrets.Code();
        var meeting = new SessionTarget.SealedHost
        {
            Code = code,
            Remotes = remotes,
            Hosts = hosts.Current,
            TriesPrivate = options.TriesPrivate,
            UsesClockSlots = !remotes.Any(each => RemoteRules.IsOnLink(each.Host)),
            Party = FreshSecrets.Party(),
            Scalar = FreshSecrets.Scalar(),
        };
        return new SessionPlan(Start(remotes, locals, hosts, code), meeting, hosts);
    }

    // One for each family of the peer, or for every family where the peer may come from anywhere.
    private IEnumerable<HostAddress> Locals(IReadOnlyList<HostAddress> named)
    {
        if (options.Bind is { } bind) { return [bind]; }

        IEnumerable<bool> families = target.Remote is null ? [false, true] : named.Select(host => host.IsV6).Distinct();
        return families.Select(isV6 => isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4).Where(host => options.Families.Include(host));
    }

    private SessionStart Start(TransportAddress[] remotes, TransportAddress[] locals, AddressWatch hosts, MeetingCode code)
    {
        string? newCode = target.Code is null ? code.Reveal() : null;
        return new SessionStart
        {
            Host = target.Remote?.Host ?? "",
            Remotes = remotes,
            Locals = locals,
            Id = Entropy.Next(),
            Time = DateTimeOffset.Now,
            Meeting = new MeetingStart
            {
                Hosts = () => hosts.Current,
                HasServer = false,
                NewCode = newCode,
                Command = newCode is null ? null : PeerCommand.Of(options, target, newCode, locals[0].Port, hosts.Current),
            },
        };
    }
}
