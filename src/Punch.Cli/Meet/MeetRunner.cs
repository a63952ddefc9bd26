using Punch.Cli.HandOver;
using Punch.Cli.Pipe;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;
using Punch.Protocol.Peer;
using Serilog;

namespace Punch.Cli.Meet;

/// <summary>Does what was asked: resolves, binds, runs the meeting, and sums up.</summary>
internal sealed class MeetRunner(PeerOptions options, CommandContext context, IMeetPresenter presenter, ILogger? log)
{
    private readonly MonotonicClock _clock = new();
    private readonly PeerTarget.Meeting _target = (PeerTarget.Meeting)options.Target;

    /// <summary>Runs to the end and tells the presenter of it.</summary>
    public SessionEnd Run()
    {
        MeetEnd end = Attempt();
        presenter.End(end);
        return end.Session;
    }

    private MeetEnd Attempt()
    {
        // Before the first socket, which might get the number of a standard input that was closed.
        IByteSource? input = options.Purpose.Use == PathUse.Data ? context.OpenInput() : null;
        var sockets = new List<UdpSocket>(2);
        try
        {
            MeetSockets.Bind(options, sockets);
            var resolver = new PatientResolver(_target.Server.Host, options.Deadline, _clock, presenter.Advise, context.Stop.Token);
            return Meet(MeetServers.Find(options, resolver), sockets, input);
        }
        catch (NameResolutionException e)
        {
            return Refused(new Failure(ExitCode.Usage, "unresolved", e.Message) { Hint = "check the spelling of --via, or give the address itself" });
        }
        catch (LocalNetworkException e)
        {
            return Refused(Explain(e));
        }
        catch (OperationCanceledException)
        {
            return new MeetEnd(new SessionEnd { Exit = ExitCode.Interrupted }, Outcome: null);
        }
        finally
        {
            foreach (UdpSocket socket in sockets) { socket.Dispose(); }
        }
    }

    private static MeetEnd Refused(Failure failure) => new(new SessionEnd { Exit = failure.Exit, Failure = failure }, Outcome: null);

    private static Failure Explain(LocalNetworkException e) => e.Error == LocalNetworkError.PortTaken
        ? LocalRefusal.Explain(e) with { Hint = "another local port: -p <port>; without -p any free one will do" }
        : LocalRefusal.Explain(e);

    private MeetEnd Meet(IReadOnlyList<TransportAddress> found, List<UdpSocket> sockets, IByteSource? input)
    {
        TransportAddress[] locals = [.. sockets.Select(socket => socket.Local)];
        TransportAddress[] servers = [.. found.Where(server => locals.Any(local => local.Host.IsV6 == server.Host.IsV6))];
        if (servers.Length == 0) { throw new LocalNetworkException(LocalNetworkError.FamilyUnavailable, $"no way from here to {found[0].Host}"); }

        var hosts = new OwnHosts(servers, locals, _clock.Now);
        MeetingCode code = _target.Code ?? NewCode();
        MeetStart start = Start(servers, locals, hosts, code);
        using var session = new MeetSession(SessionOptions(start, hosts, code), _clock.Now);
        using PathPipe? pipe = input is null ? null : new PathPipe(session, input, context.Output);
        var handler = new MeetHandler(session, start, options, _clock, presenter, log) { Pipe = pipe };
        new ProtocolLoop<MeetEvent>(session, sockets, _clock, handler, pipe)
            .Run(() => IsOver(session, handler, hosts), session.Stop, context.Stop.Token);
        if (pipe?.Finish(context.Stop.Token) is { } loss) { presenter.Advise(loss); }

        return Sum(session, handler.Ledger, string.Join(", ", servers));
    }

    /// <summary>Asked after every pass of the loop. A standard output that nobody reads any more ends the session as Ctrl-C does.</summary>
    private bool IsOver(MeetSession session, MeetHandler handler, OwnHosts hosts)
    {
        if (handler.Ledger.LocalFailure is not null) { return true; }

        handler.Begin();
        if (context.Output.IsClosed && !context.Stop.IsCancellationRequested) { context.Stop.Cancel(); }

        if (hosts.HaveChanged(_clock.Now)) { session.NoteHosts(hosts.Current, _clock.Now); }

        return session.IsEnded;
    }

    private MeetEnd Sum(MeetSession session, MeetLedger ledger, string servers)
    {
        MeetOutcome outcome = session.Outcome;
        bool isProven = session.Verdict == Verdict.TwoWay;
        bool isInterrupted = context.Stop.IsCancellationRequested;
        PeerStatistics statistics = session.Statistics;
        Failure? failure = isInterrupted ? null
            : isProven ? PathPipe.Explain(statistics.Data)
            : ledger.LocalFailure ?? MeetFailure.Explain(options, servers, ledger, outcome);
        var end = new SessionEnd
        {
            Exit = failure?.Exit ?? (isProven ? ExitCode.Success : isInterrupted ? ExitCode.Interrupted : ExitCode.NoPath),
            Verdict = session.Verdict,
            Statistics = statistics,
            Path = ledger.Path,
            Elapsed = ledger.Elapsed,
            HandOver = HandOver(session, failure is null && isProven && !isInterrupted),
            Failure = failure,
        };
        return new MeetEnd(end, outcome);
    }

    private HandOverPath? HandOver(MeetSession session, bool isProven) =>
        isProven && options.Purpose.Command is { } command && session is { PathLocal: { } local, Path: { } remote }
            ? new HandOverPath(command, local, remote)
            : null;

    private static MeetingCode NewCode()
    {
        Span<byte> random = stackalloc byte[MeetingCode.RandomLength];
        Entropy.Fill(random);
        return MeetingCode.FromRandom(random);
    }

    private MeetStart Start(TransportAddress[] servers, TransportAddress[] locals, OwnHosts hosts, MeetingCode code)
    {
        var kinds = new PathKinds(() => hosts.Current);
        string? newCode = _target.Code is null ? code.Reveal() : null;
        return new MeetStart
        {
            Server = _target.ServerWord,
            Servers = servers,
            NewCode = newCode,
            Command = newCode is null ? null : PeerCommand.Of(options, newCode),
            Session = new SessionStart
            {
                Host = _target.ServerWord,
                Remotes = servers,
                Locals = locals,
                Id = Entropy.Next(),
                Time = DateTimeOffset.Now,
                PathWords = kinds.Words,
                PathName = kinds.Name,
            },
        };
    }

    private MeetSessionOptions SessionOptions(MeetStart start, OwnHosts hosts, MeetingCode code)
    {
        byte[] party = new byte[PartyId.Length];
        byte[] scalar = new byte[EphemeralKey.ScalarLength];
        Entropy.Fill(party);
        Entropy.Fill(scalar);
        return new MeetSessionOptions
        {
            Code = code,
            Servers = start.Servers,
            Locals = start.Session.Locals,
            Hosts = hosts.Current,
            Party = PartyId.FromBytes(party),
            Scalar = scalar,
            Id = start.Session.Id,
            Seed = Entropy.Next(),
            WallClock = start.Session.Time,
            Count = options.Count,
            Deadline = options.Deadline is { } deadline ? Max(deadline - (_clock.Now - Instant.Zero), TimeSpan.FromMilliseconds(1)) : null,
            Interval = options.Interval,
            Size = options.Size,
            Use = options.Purpose.Use,
        };
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
