using Punch.Cli.Copy;
using Punch.Cli.Forwards;
using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Pipe;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Copying;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;
using Serilog;

namespace Punch.Cli.Session;

/// <summary>Does what a command that opens a path was asked to: prepares, runs the session, and sums up.</summary>
internal sealed class SessionRunner(
    PeerOptions options, IApproach approach, CommandContext context, ISessionPresenter presenter, ILogger? log)
{
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromMilliseconds(1);

    private readonly MonotonicClock _clock = new();

    /// <summary>Prints statistics, given a heading, when they are asked for in between; null for nobody.</summary>
    public Action<string, SessionEnd>? PrintsStatus { get; init; }

    /// <summary>Is given what says how far a pipe has come; null for nobody.</summary>
    public Action<Func<string>>? ShowsProgress { get; init; }

    /// <summary>Runs to the end and shows it.</summary>
    public SessionEnd Run()
    {
        // Before the first socket, which might get the number of a standard input that was closed.
        if (options.Purpose.IsPipe && context.IsOutputMissing) { return RefuseOutput(); }

        IByteSource? input = options.Purpose.IsPipe ? context.OpenInput() : null;
        SessionEnd end = SocketRun.Perform(
            sockets => Converse(sockets, input),
            failure => SessionEnd.BeforeStart(failure, isMeeting: options.Target is not PeerTarget.Host));
        presenter.End(end);
        return end;
    }

    private SessionEnd RefuseOutput()
    {
        var failure = new Failure(ExitCode.Local, "output", "standard output is closed: --pipe has nowhere to write to")
        {
            Hint = "'> /dev/null' throws away what comes",
        };
        SessionEnd end = SessionEnd.BeforeStart(failure, isMeeting: options.Target is not PeerTarget.Host);
        presenter.End(end);
        return end;
    }

    private SessionPlan Prepare(List<UdpSocket> sockets)
    {
        var patience = new StartPatience(
            options.Deadline, options.Target is not PeerTarget.Host, _clock, presenter.Advise, context.Stop.Token);
        var resolver = new PatientResolver(patience, options.Verbosity > 0 ? presenter.Advise : null, context.Stop.Token);
        SessionPlan plan = approach.Prepare(resolver, sockets, _clock);
        foreach (TransportAddress remote in plan.Start.Remotes) { log?.Debug("{Host} is {Address}", plan.Start.Host, remote); }

        foreach (UdpSocket socket in sockets) { log?.Debug("bound {Local}", socket.Local); }

        return plan;
    }

    private SessionEnd Converse(List<UdpSocket> sockets, IByteSource? input)
    {
        // Before anybody is asked for an address: a file may not be there.
        using ICopyMachine? copy = options.Purpose.Copy is { } request ? CopyParts.Open(request, context, presenter.Advise) : null;
        SessionPlan plan = Prepare(sockets);
        using StreamCarrier? streams = plan.Streams;
        using var session = new PeerSession(SessionOptions(plan), _clock.Now);
        using ISessionPipe? pipe = copy is null ? Join(session, input) : Copy(session, copy);
        using var reports = new UseReports(options, session, presenter, _clock);
        SessionHandler? handler = null;
        handler = new SessionHandler(session, plan.Start, options, _clock, presenter, log)
        {
            Pipe = pipe,
            ServerName = plan.Name,
            Routes = plan.Routes,
            Reached = plan.Reached,
            Turned = () =>
            {
                reports.Turn();
                if (context.Status.TryTake()) { PrintStatus(session, plan.Start, handler!.Ledger, reports); }
            },
        };
        int? socket;
        using (var loop = new ProtocolLoop<SessionEvent>(session, sockets, _clock, handler, pipe, streams, plan.Watches))
        {
            context.Status.Wake = loop.Wake;
            reports.Start(loop.Wake);
            loop.Run(context.Stop.Token);
            reports.Dispose();
            context.Status.Wake = null;
            bool isPassed = options.Purpose.PassesSocket && !context.Stop.IsCancellationRequested;
            socket = isPassed && session.Path is { } path ? Pass(plan, loop, path) : null;
        }

        if (pipe?.Finish(context.Stop.Token) == false) { presenter.Advise("standard output was not read to its end"); }

        reports.End();
        if (!session.Statistics.IsDataExact) { presenter.Advise(DatagramFailure.InexactHint); }

        return Sum(session, plan.Start, handler.Ledger, pipe, socket);
    }

    private ISessionPipe? Join(PeerSession session, IByteSource? input)
    {
        if (options.Purpose.Forwards is { } forwards) { return Forward(session.Streams!, forwards, input); }

        return input is null ? null
            : session.Pipe is { } stream ? new StreamPipe(stream, input, context.Output) { Progress = ShowProgress(input) }
            : new DatagramPipe(session, input, context.Output);
    }

    private CopyPipe Copy(PeerSession session, ICopyMachine machine)
    {
        var pipe = new CopyPipe(session.Pipe!, machine, presenter.Copy);
        ShowsProgress?.Invoke(pipe.Progress.Text);
        return pipe;
    }

    private ForwardPipe Forward(IStreamHost host, ForwardPlan plan, IByteSource? input)
    {
        var wakeUp = new WakeUp();
        StandardEnd? standard = input is null ? null : new StandardEnd(input, context.Output, wakeUp);
        return new ForwardPipe(host, plan, standard, wakeUp, e => presenter.Forward(e, _clock.Now - Instant.Zero));
    }

    // Where a person types or reads the data itself, the line would be in the way.
    private PipeProgress? ShowProgress(IByteSource input)
    {
        if (ShowsProgress is not { } show || input.IsTerminal || context.IsOutputTerminal()) { return null; }

        var progress = new PipeProgress(input.Size, TimeProvider.System);
        show(progress.Text);
        return progress;
    }

    private static int? Pass(SessionPlan plan, ProtocolLoop<SessionEvent> loop, in Route path) =>
        path.Remote.IsStream ? plan.PassesStream?.Invoke(path.Remote) : loop.Duplicate(path.Local);

    private void PrintStatus(PeerSession session, SessionStart start, SessionLedger ledger, UseReports reports)
    {
        var end = new SessionEnd
        {
            Exit = ExitCode.Success,
            Verdict = session.Verdict,
            Statistics = session.Statistics,
            Path = ledger.Path,
            IsRelayed = ledger.IsRelayed,
            RelayedBy = ledger.RelayedBy(start),
            Elapsed = _clock.Now - Instant.Zero,
        };
        PrintsStatus?.Invoke($"{start.Host} punch statistics so far".TrimStart(), end);
        reports.Ask();
    }

    private SessionEnd Sum(PeerSession session, SessionStart start, SessionLedger ledger, ISessionPipe? pipe, int? socket)
    {
        SessionStatistics statistics = session.Statistics;
        SessionOutcome outcome = session.Outcome;
        bool isInterrupted = context.Stop.IsCancellationRequested;
        bool speaksOtherVersion = statistics.OtherVersions > 0 && statistics.Messages == 0;
        ExitCode exit = ExitCodes.Of(new SessionFinish(session.Verdict, isInterrupted, speaksOtherVersion), options.Requirement);
        Failure? failure = exit is ExitCode.NoPath or ExitCode.OtherVersion
            ? SessionFailure.Explain(options, new SessionReport(start, ledger, statistics, outcome, exit))
            : pipe is not null ? pipe.Explain(statistics, isInterrupted)
            : statistics.Data == DataOutcome.NoMatch && !isInterrupted ? StreamFailure.NoMatch
            : ExplainPassed(exit, socket, isInterrupted) ?? ExplainClosed(ledger, exit);
        return new SessionEnd
        {
            Exit = failure?.Exit ?? exit,
            Verdict = session.Verdict,
            Statistics = statistics,
            Path = ledger.Path,
            IsRelayed = ledger.IsRelayed,
            RelayedBy = ledger.RelayedBy(start),
            HasStreams = options.Purpose.Use == PathUse.Streams,
            Elapsed = ledger.Elapsed,
            Outcome = start.Meeting is null ? null : outcome,
            HandOver = HandOver(session, socket, failure is null && exit == ExitCode.Success && !isInterrupted),
            Failure = failure,
        };
    }

    private Failure? ExplainPassed(ExitCode exit, int? socket, bool isInterrupted) =>
        options.UsesTcp && options.Purpose.Command is not null && exit == ExitCode.Success && socket is null && !isInterrupted
            ? new Failure(ExitCode.NoPath, "not_passed", "the peer closed the connection before the command could get it")
            {
                Hint = "both sides need a command after '--'",
            }
            : null;

    // A path that is watched, and not just proven, has to be open in the end. A peer that says goodbye leaves none.
    private Failure? ExplainClosed(SessionLedger ledger, ExitCode exit)
    {
        bool isWatched = options is { Count: null, Purpose.Use: PathUse.Messages } && exit == ExitCode.Success;
        return isWatched && ledger.BrokenAt is { } at
            ? new Failure(
                ExitCode.NoPath, "closed", $"the path was closed at the end: it broke {Durations.Text(ledger.Elapsed - at)} before")
            : null;
    }

    private HandOverPath? HandOver(PeerSession session, int? socket, bool isProven) =>
        isProven && options.Purpose.Command is { } command && session.Path is { } path
            ? new HandOverPath(command, path.Local, path.Remote, socket)
            : null;

    private SessionOptions SessionOptions(SessionPlan plan) => new()
    {
        Target = plan.Target,
        Locals = plan.Start.Locals,
        Id = plan.Start.Id,
        Seed = Entropy.Next(),
        WallClock = plan.Start.Time,
        Count = options.Count,
        Deadline = Remaining(),
        Interval = options.Interval,
        Size = options.Size,
        Requirement = options.Requirement,
        Use = options.Purpose.Use,
        Streams = options.Purpose.Streams,
        MaxDatagram = options.MaxDatagram,
    };

    // Names took their time.
    private TimeSpan? Remaining()
    {
        TimeSpan? remaining = options.Deadline - (_clock.Now - Instant.Zero);
        return remaining < ShortestDeadline ? ShortestDeadline : remaining;
    }
}
