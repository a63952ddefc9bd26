using System.Net.Sockets;
using Punch.Cli.Pipe;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Loop;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Session;
using Serilog;

namespace Punch.Cli.Session;

/// <summary>
/// Passes the events of the loop to the ledger, the presenter and the log. The presenter begins once this machine has sent something: a
/// missing route or permission is then a plain error, without the first lines of a session. The log has addresses, and never a code or key.
/// </summary>
internal sealed class SessionHandler : ILoopHandler<SessionEvent>
{
    private readonly PeerSession _session;
    private readonly SessionStart _start;
    private readonly PeerOptions _options;
    private readonly MonotonicClock _clock;
    private readonly ISessionPresenter _presenter;
    private readonly WaitingHints? _hints;
    private readonly ILogger? _log;
    private readonly List<SessionEvent> _early = [];
    private Beginning _beginning = Beginning.Open;

    /// <summary>Creates a handler; nothing is presented yet.</summary>
    public SessionHandler(
        PeerSession session, SessionStart start, PeerOptions options, MonotonicClock clock, ISessionPresenter presenter, ILogger? log)
    {
        _session = session;
        _start = start;
        _options = options;
        _clock = clock;
        _presenter = presenter;
        _log = log;
        _hints = start.Meeting is null ? new WaitingHints(start.Host, start.Locals[0].Port, options.UsesTcp) : null;
        Ledger = new SessionLedger(start.Remotes) { HasOtherWays = start.Meeting is { HasStreams: true } };
    }

    private enum Beginning
    {
        /// <summary>The first datagrams are being sent.</summary>
        Open,

        /// <summary>The presenter has begun.</summary>
        Begun,

        /// <summary>This machine could not send anything to any address.</summary>
        Refused,
    }

    /// <summary>What happened so far.</summary>
    public SessionLedger Ledger { get; }

    /// <summary>Takes the data; null where there is none.</summary>
    public ISessionPipe? Pipe { get; init; }

    /// <summary>The server's name, looked up again while the server is silent; null where it has none.</summary>
    public NameWatch? ServerName { get; init; }

    /// <summary>Is told where the server answered; null for nobody.</summary>
    public Action<TransportAddress>? Reached { get; init; }

    /// <summary>Looks at the routes to addresses of the peer that are not tried otherwise; null where nobody asks.</summary>
    public RouteWatch? Routes { get; init; }

    /// <inheritdoc/>
    public void OnStarted()
    {
        if (Ledger.LocalFailure is not null)
        {
            _beginning = Beginning.Refused;
            _session.Stop(_clock.Now);
            return;
        }

        _beginning = Beginning.Begun;
        _presenter.Begin(_start);
        foreach (SessionEvent early in _early) { Show(early, default); }

        _early.Clear();
    }

    /// <inheritdoc/>
    public void OnEvent(in SessionEvent e)
    {
        if (_beginning == Beginning.Refused || Pipe?.Take(e, _session.Payload) == true) { return; }

        if (e.Kind is SessionEventKind.ServerSilent or SessionEventKind.ServerBack or SessionEventKind.ServerAnswered)
        {
            ServerName?.Want(e.Kind == SessionEventKind.ServerSilent);
        }

        if (e.Kind == SessionEventKind.ServerAnswered) { Reached?.Invoke(e.Remote); }

        if (e.Kind == SessionEventKind.PeerFound) { Routes?.Ask(_session.Outcome.Untried); }

        Ledger.Note(e);
        Log(e);
        if (_beginning == Beginning.Open)
        {
            _early.Add(e);
            return;
        }

        Show(e, _session.Payload);
        if (_hints?.Next(e) is { } hint) { _presenter.Advise(hint); }
    }

    /// <summary>Called after each wait of the loop; null for nothing.</summary>
    public Action? Turned { get; init; }

    /// <inheritdoc/>
    public void OnTurn()
    {
        // Without a stream nothing is sent, so no event drives the hints.
        if (_options.UsesTcp && _hints?.At(_clock.Now - Instant.Zero) is { } hint) { _presenter.Advise(hint); }

        Turned?.Invoke();
    }

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error)
    {
        Ledger.NoteUnsent(to, error);
        _log?.Debug("send from {Local} to {Remote} failed: {Error}", from, to, error);
    }

    /// <inheritdoc/>
    public void OnReceiveFailed(TransportAddress local, SocketError error)
    {
        if (Ledger.NoteUnreceived(error)) { _log?.Debug("receive at {Local} failed: {Error}", local, error); }
    }

    /// <inheritdoc/>
    public void OnRefused(in IcmpReport report)
    {
        _log?.Debug(
            "ICMP {Kind} type {Type} code {Code} for {SentTo} from {By}", report.Kind, report.Type, report.Code, report.SentTo, report.By);
        if (report.IsRefusal) { Ledger.NoteRefusal(report); }
    }

    // With data, the messages that go with it, many a second, are shown only on request, and the data itself never.
    private void Show(in SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        bool isShown = !_options.Purpose.CarriesData || !IsTraffic(e) || (_options.Verbosity > 0 && e.Datagram != DatagramKind.Data);
        if (isShown) { _presenter.Event(e, datagram); }
    }

    private static bool IsTraffic(in SessionEvent e) => e.Kind is SessionEventKind.Sent or SessionEventKind.Received;

    private void Log(in SessionEvent e)
    {
        if (_log is null) { return; }

        if (IsTraffic(e))
        {
            _log.Verbose("{Kind} {Datagram} {Remote} {Bytes} bytes", e.Kind, e.Datagram, e.Remote, e.Bytes);
            return;
        }

        _log.Debug(
            "{Kind} remote {Remote} local {Local} mapped {Mapped} after {Elapsed}", e.Kind, e.Remote, e.Local, e.Mapped, e.Elapsed);
    }
}
