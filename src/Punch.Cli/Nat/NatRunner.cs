using Punch.Cli.Output;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;
using Serilog;

namespace Punch.Cli.Nat;

/// <summary>Runs the command: resolves the servers, binds sockets, runs the discovery, and makes the report.</summary>
internal sealed class NatRunner(NatOptions options, CommandContext context, INatPresenter presenter, ILogger? log)
{
    /// <summary>Runs to the end and passes the result to the presenter.</summary>
    public ExitCode Run()
    {
        NatEnd end = SocketRun.Perform(Attempt, EndEarly);
        presenter.End(end);
        return end.Exit;
    }

    private static NatEnd EndEarly(Failure? failure) => new() { Exit = failure?.Exit ?? ExitCode.Interrupted, Failure = failure };

    private NatEnd Attempt(List<UdpSocket> sockets) =>
        Discover(Bind(Finder().Find(), sockets), sockets);

    private ServerFinder Finder() => new(options, log, options.Verbosity > 0 ? context.Errors.Hint : null, context.Stop.Token);

    /// <summary>Binds all sockets of each needed family. Returns the servers of the families that this machine has.</summary>
    private DiscoveryServer[] Bind(IReadOnlyList<DiscoveryServer> servers, List<UdpSocket> sockets)
    {
        HostAddress[] locals =
        [
            .. servers.Select(server => server.Address.Host.IsV6).Distinct()
                .Select(isV6 => options.Bind ?? (isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4)),
        ];
        int count = options.TestsLifetime ? NatDiscoveryOptions.SocketCountWithLifetime : NatDiscoveryOptions.SocketCount;
        for (int i = 0; i < count; i++) { sockets.AddRange(SocketBinder.Bind(locals, port: 0)); }

        return [.. servers.Where(server => sockets.Exists(socket => socket.Local.Host.IsV6 == server.Address.Host.IsV6))];
    }

    private NatEnd Discover(DiscoveryServer[] servers, List<UdpSocket> sockets)
    {
        presenter.Begin([.. servers.Select(server => server.Address)]);
        var clock = new MonotonicClock();
        var machine = new NatDiscovery(
            new NatDiscoveryOptions
            {
                Servers = servers,
                Sockets = [.. sockets.Select(socket => socket.Local)],
                Hosts = LocalInterfaces.Addresses(LoopbackUse.Excluded),
                IdKey = (Entropy.Next(), Entropy.Next()),
                TestsHairpin = options.TestsHairpin,
            },
            clock.Now);
        var handler = new NatHandler(presenter, log);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.Stop.Token);
        if (options.Deadline is { } time) { deadline.CancelAfter(time); }

        Task<TcpReport> survey = TcpSurvey.Run([.. servers.Select(server => server.Address)], options.Bind, deadline.Token);
        using var loop = new ProtocolLoop<DiscoveryEvent>(machine, sockets, clock, handler);
        loop.Run(deadline.Token);
        TcpReport tcp = survey.GetAwaiter().GetResult();
        var ways = new FurtherWays(options, deadline.Token);
        var end = new NatEnd { Exit = ExitCode.Success, Report = machine.Report!, Tcp = tcp, Proxy = ways.Proxy };
        if (machine.Report!.Udp != UdpState.Open)
        {
            HostAddress[] hosts = [.. servers.Select(server => server.Address.Host).Distinct()];
            end = end with { Ways = ways.Try(hosts).GetAwaiter().GetResult() };
        }

        return Sum(end, machine.Report!, handler);
    }

    private NatEnd Sum(NatEnd end, NatReport report, NatHandler handler)
    {
        Failure? failure = report.Udp == UdpState.Open ? null : NoAnswer(report, handler, end);
        ExitCode exit = failure?.Exit ?? ExitOf(report);
        bool isInterrupted = context.Stop.IsCancellationRequested && exit != ExitCode.Success;
        return end with
        {
            Exit = isInterrupted ? ExitCode.Interrupted : exit,
            Failure = isInterrupted ? null : failure,
        };
    }

    private ExitCode ExitOf(NatReport report)
    {
        bool isAnswered = options.Requirements.Count > 0
            ? options.Requirements.All(requirement => requirement.Judge(report) == RequirementState.Met)
            : report.Verdicts.All(verdict => verdict.Direct != DirectPath.Unknown);
        return isAnswered ? ExitCode.Success : ExitCode.NoPath;
    }

    private static Failure NoAnswer(NatReport report, NatHandler handler, NatEnd end)
    {
        string[] open = [.. end.Ways.Where(way => way.Failure is null).Select(way => $"{way.Text}: the server answers")];
        if (handler.Unsent is ({ } to, { } error)) { return LocalRefusal.Explain(SendFailure.Explain(to, error)) with { Details = open }; }

        if (handler.Unreceived is ({ } why, { } count)) { return LocalRefusal.Explain(LocalNetworkException.ForReceive(why, count)); }

        string servers = string.Join(", ", report.Servers.Select(server => server.Address));
        ServerReport? odd = report.Servers.FirstOrDefault(server => server.State == ServerState.Refused)
            ?? report.Servers.FirstOrDefault(server => server.State == ServerState.Unusable);
        if (odd is { Unusable: { } reply })
        {
            return odd.State == ServerState.Refused
                ? new Failure(ExitCode.Server, "server_refused", $"{odd.Address} refuses a plain STUN request: {reply.Text()}")
                {
                    Hint = reply.Hint(),
                }
                : new Failure(ExitCode.Server, "unusable_answer", $"nothing usable came from {odd.Address}: {reply.Text()}")
                {
                    Hint = reply.Hint(),
                };
        }

        bool isRefused = handler.Refusal is not null;
        if (open.Length > 0)
        {
            return new Failure(ExitCode.Server, "no_answer", $"no answer from {servers} over UDP after {Durations.Text(report.Elapsed)}")
            {
                Details = open,
                Hint = "UDP is blocked here, or on the way to the server; 'punch meet' takes another way by itself",
            };
        }

        return new Failure(ExitCode.Server, "no_answer", $"no answer from {servers} after {Durations.Text(report.Elapsed)}")
        {
            Details = isRefused
                ? [$"heard an ICMP refusal from {handler.Refusal!.Value.By?.ToString() ?? "the way"}: "
                    + "nothing listens there, or a firewall says so"]
                : [],
            Hint = isRefused
                ? "is the server running, and on this port?"
                : "is UDP blocked here, or the server down? a second --server would tell",
        };
    }
}
