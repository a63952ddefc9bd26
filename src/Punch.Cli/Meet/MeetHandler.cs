using System.Net.Sockets;
using Punch.Cli.Pipe;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Meeting.Agent;
using Serilog;

namespace Punch.Cli.Meet;

/// <summary>Hands the news of the loop to those who want it: the ledger, the presenter, the log. The log tells addresses, and never a code or key.</summary>
internal sealed class MeetHandler(
    MeetSession session, MeetStart start, PeerOptions options, MonotonicClock clock, IMeetPresenter presenter, ILogger? log) : ILoopHandler<MeetEvent>
{
    private bool _hasBegun;

    /// <summary>What happened so far.</summary>
    public MeetLedger Ledger { get; } = new(start.Servers);

    /// <summary>Who takes the data; null where there is none.</summary>
    public PathPipe? Pipe { get; init; }

    /// <summary>Begins the story, once: the first request is on its way then, and printing is slow.</summary>
    public void Begin()
    {
        if (_hasBegun) { return; }

        _hasBegun = true;
        presenter.Begin(start);
    }

    /// <inheritdoc/>
    public void OnEvent(in MeetEvent e, ReadOnlySpan<byte> datagram)
    {
        if (e.Kind == MeetEventKind.Peer && Pipe?.Take(e.Peer, session.Payload) == true) { return; }

        Ledger.Note(e);
        Log(e);
        Begin();
        if (e.Kind != MeetEventKind.Peer || options.Purpose.Tells(e.Peer, options.Verbosity)) { presenter.Event(e, session.Payload); }
    }

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error)
    {
        Ledger.NoteUnsent(to, error);
        log?.Debug("send from {Local} to {Remote} failed: {Error}", from, to, error);
        session.NoteSendFailed(from, to, clock.Now);
    }

    /// <inheritdoc/>
    public void OnRefused(in IcmpReport report)
    {
        log?.Debug("ICMP {Kind} type {Type} code {Code} for {SentTo} from {By}", report.Kind, report.Type, report.Code, report.SentTo, report.By);
        if (!report.IsRefusal) { return; }

        session.NoteRefusal();
        Ledger.NoteRefusal(report);
    }

    private void Log(in MeetEvent e)
    {
        if (log is null) { return; }

        if (e.Kind == MeetEventKind.Peer)
        {
            log.Verbose("{Kind} {Datagram} {Remote} {Bytes} bytes", e.Peer.Kind, e.Peer.Datagram, e.Peer.Remote, e.Peer.Bytes);
            return;
        }

        log.Debug(
            "{Kind} server {Server} mapped {Mapped} remote {Remote} local {Local} after {Elapsed}",
            e.Kind, e.Server, e.Mapped, e.Remote, e.Local, e.Elapsed);
    }
}
