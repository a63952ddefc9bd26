using System.Net.Sockets;
using Punch.Cli.Pipe;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;
using Serilog;

namespace Punch.Cli.Reach;

/// <summary>
/// Hands the news of the loop to those who want it: the ledger, the presenter, the log. Before it lets the presenter begin it waits until
/// this machine has sent something: a wrong address or a missing route is then told like any other refusal, without a half-begun story.
/// </summary>
internal sealed class PeerHandler : ILoopHandler<PeerEvent>
{
    private readonly PeerSession _session;
    private readonly SessionStart _start;
    private readonly IPresenter _presenter;
    private readonly WaitingHints _hints;
    private readonly ILogger? _log;
    private readonly PeerOptions _options;
    private readonly List<PeerEvent> _unsettled = [];
    private Beginning _beginning = Beginning.Open;

    /// <summary>Creates a handler; nothing is presented yet.</summary>
    public PeerHandler(PeerSession session, SessionStart start, PeerOptions options, IPresenter presenter, ILogger? log)
    {
        _options = options;
        _session = session;
        _start = start;
        _presenter = presenter;
        _log = log;
        _hints = new WaitingHints(start.Host, start.Locals[0].Port);
        Ledger = new SessionLedger(start.Remotes);
    }

    private enum Beginning
    {
        Open,
        Begun,
        Refused,
    }

    /// <summary>What happened so far.</summary>
    public SessionLedger Ledger { get; }

    /// <summary>Whether this machine could not send anything to anybody, so that going on is pointless.</summary>
    public bool IsPointless => _beginning == Beginning.Refused;

    /// <summary>Who takes the data; null where there is none.</summary>
    public PathPipe? Pipe { get; init; }

    /// <inheritdoc/>
    public void OnEvent(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        if (Pipe?.Take(e, datagram) == true) { return; }

        Ledger.Note(e);
        _log?.Verbose("event {Kind} {Datagram} {Remote} {Bytes} bytes", e.Kind, e.Datagram, e.Remote, e.Bytes);
        if (_beginning == Beginning.Open) { Settle(e); }

        switch (_beginning)
        {
            case Beginning.Open:
                _unsettled.Add(e);
                break;
            case Beginning.Begun:
                Tell(e, datagram);
                if (_hints.Next(e) is { } hint) { _presenter.Advise(hint); }

                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error)
    {
        Ledger.NoteUnsent(to, error);
        _log?.Debug("send to {Remote} failed: {Error}", to, error);
    }

    /// <inheritdoc/>
    public void OnRefused(in IcmpReport report)
    {
        _log?.Debug("ICMP {Kind} type {Type} code {Code} for {SentTo} from {By}", report.Kind, report.Type, report.Code, report.SentTo, report.By);
        if (report is { Kind: IcmpKind.HopLimitExceeded, SentTo: { } sentTo, By: { } router }) { _session.NoteExpired(sentTo, router); }

        if (!report.IsRefusal) { return; }

        _session.NoteRefusal();
        Ledger.NoteRefusal(report);
    }

    /// <summary>
    /// Decides whether the session has begun. At its start several datagrams go to each address at once, so a refusal is certain
    /// only with the first event of a later moment.
    /// </summary>
    private void Settle(in PeerEvent e)
    {
        bool isRefused = e.Kind is PeerEventKind.Sent or PeerEventKind.Ended && LocalRefusal.Of(Ledger) is not null;
        if (isRefused)
        {
            if (e.Elapsed > TimeSpan.Zero || e.Kind == PeerEventKind.Ended) { _beginning = Beginning.Refused; }

            return;
        }

        _beginning = Beginning.Begun;
        _presenter.Begin(_start);
        foreach (PeerEvent earlier in _unsettled) { Tell(earlier, default); }

        _unsettled.Clear();
    }

    private void Tell(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        if (_options.Purpose.Tells(e, _options.Verbosity)) { _presenter.Event(e, datagram); }
    }
}
