using Punch.Cli.HandOver;
using Punch.Cli.Pipe;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;
using Serilog;

namespace Punch.Cli.Reach;

/// <summary>Does what was asked: resolves, binds, runs the session, and sums up.</summary>
internal sealed class ReachRunner(PeerOptions options, CommandContext context, IPresenter presenter, ILogger? log)
{
    private readonly MonotonicClock _clock = new();
    private readonly PeerTarget.Host _target = (PeerTarget.Host)options.Target;

    /// <summary>Runs to the end and tells the presenter of it.</summary>
    public SessionEnd Run()
    {
        SessionEnd end = Attempt();
        presenter.End(end);
        return end;
    }

    private SessionEnd Attempt()
    {
        var sockets = new List<UdpSocket>(2);
        IByteSource? input = options.Purpose.Use == PathUse.Data ? context.OpenInput() : null;
        try
        {
            IReadOnlyList<HostAddress> hosts = Hosts();
            Bind(hosts, sockets);
            return Converse(hosts, sockets, input);
        }
        catch (NameResolutionException e)
        {
            return Refused(new Failure(ExitCode.Usage, "unresolved", e.Message) { Hint = "check the spelling, or give the address itself" });
        }
        catch (LocalNetworkException e)
        {
            return Refused(LocalRefusal.Explain(e));
        }
        catch (OperationCanceledException)
        {
            return new SessionEnd { Exit = ExitCode.Interrupted };
        }
        finally
        {
            foreach (UdpSocket socket in sockets) { socket.Dispose(); }
        }
    }

    private static SessionEnd Refused(Failure failure) => new() { Exit = failure.Exit, Failure = failure };

    private IReadOnlyList<HostAddress> Hosts()
    {
        if (_target.Remote.Literal is { } literal)
        {
            RemoteRules.RequireUnicast(literal);
            return [literal];
        }

        AddressFamilies families = options.Bind is { } bind ? (bind.IsV6 ? AddressFamilies.V6 : AddressFamilies.V4) : options.Families;
        IReadOnlyList<HostAddress> found =
            new PatientResolver(_target.Remote.Host, options.Deadline, _clock, presenter.Advise, context.Stop.Token).Resolve(families);
        foreach (HostAddress host in found)
        {
            log?.Debug("{Name} is {Address}", _target.Remote.Host, host);
            RemoteRules.RequireUnicast(host);
        }

        return found;
    }

    /// <summary>One socket for each family that occurs. A family this machine lacks is left out while the other one works.</summary>
    private void Bind(IReadOnlyList<HostAddress> hosts, List<UdpSocket> sockets)
    {
        LocalNetworkException? missing = null;
        foreach (bool isV6 in hosts.Select(host => host.IsV6).Distinct())
        {
            HostAddress local = options.Bind ?? (isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4);
            try
            {
                sockets.Add(UdpSocket.Bind(new TransportAddress(local, options.LocalPort)));
                log?.Debug("bound {Local}", sockets[^1].Local);
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.FamilyUnavailable)
            {
                missing = e;
            }
        }

        if (sockets.Count == 0) { throw missing!; }
    }

    private SessionEnd Converse(IReadOnlyList<HostAddress> hosts, List<UdpSocket> sockets, IByteSource? input)
    {
        TransportAddress[] locals = [.. sockets.Select(socket => socket.Local)];
        TransportAddress[] remotes =
        [
            .. hosts.Where(host => locals.Any(local => local.Host.IsV6 == host.IsV6))
                .Select(host => new TransportAddress(host, _target.Port))
                .Take(PeerSessionOptions.MaxRemotes),
        ];
        bool usesClockSlots = !remotes.Any(remote => RemoteRules.IsOnLink(remote.Host));
        var start = new SessionStart
        {
            Host = _target.Remote.Host,
            Remotes = remotes,
            Locals = locals,
            Id = Entropy.Next(),
            Time = DateTimeOffset.Now,
        };
        var session = new PeerSession(SessionOptions(start, usesClockSlots), _clock.Now);
        using PathPipe? pipe = input is null ? null : new PathPipe(session, input, context.Output);
        var handler = new PeerHandler(session, start, options, presenter, log) { Pipe = pipe };
        new ProtocolLoop<PeerEvent>(session, sockets, _clock, handler, pipe)
            .Run(() => IsOver(session, handler), session.Stop, context.Stop.Token);
        if (pipe?.Finish(context.Stop.Token) is { } loss) { presenter.Advise(loss); }

        return Sum(session, handler.Ledger, locals[0].Port);
    }

    /// <summary>Asked after every pass of the loop. A standard output that nobody reads any more ends the session as Ctrl-C does.</summary>
    private bool IsOver(PeerSession session, PeerHandler handler)
    {
        if (context.Output.IsClosed && !context.Stop.IsCancellationRequested) { context.Stop.Cancel(); }

        return session.IsEnded || handler.IsPointless;
    }

    private SessionEnd Sum(PeerSession session, SessionLedger ledger, ushort localPort)
    {
        PeerStatistics statistics = session.Statistics;
        var outcome = new SessionOutcome(
            session.Verdict, context.Stop.IsCancellationRequested, statistics.OtherVersions > 0 && statistics.Messages == 0);
        ExitCode exit = ExitCodes.Of(outcome, options.Requirement);
        Failure? failure = exit is ExitCode.NoPath or ExitCode.OtherVersion
            ? LocalRefusal.Of(ledger) ?? FailureReport.Explain(options, localPort, ledger, statistics, exit)
            : outcome.IsInterrupted ? null : PathPipe.Explain(statistics.Data);
        return new SessionEnd
        {
            Exit = failure?.Exit ?? exit,
            Verdict = session.Verdict,
            Statistics = statistics,
            Path = ledger.Path,
            Elapsed = ledger.Elapsed,
            HandOver = HandOver(session, failure is null && exit == ExitCode.Success && !outcome.IsInterrupted),
            Failure = failure,
        };
    }

    private HandOverPath? HandOver(PeerSession session, bool isProven) =>
        isProven && options.Purpose.Command is { } command && session is { PathLocal: { } local, Path: { } remote }
            ? new HandOverPath(command, local, remote)
            : null;

    private PeerSessionOptions SessionOptions(SessionStart start, bool usesClockSlots) => new()
    {
        Remotes = start.Remotes,
        Locals = start.Locals,
        Id = start.Id,
        Seed = Entropy.Next(),
        WallClock = start.Time,
        Count = options.Count,
        Deadline = options.Deadline is { } deadline ? Max(deadline - (_clock.Now - Instant.Zero), TimeSpan.FromMilliseconds(1)) : null,
        Interval = options.Interval,
        Size = options.Size,
        Requirement = options.Requirement,
        UsesClockSlots = usesClockSlots,
        Use = options.Purpose.Use,
    };

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
