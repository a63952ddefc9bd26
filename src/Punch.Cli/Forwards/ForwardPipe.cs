using Punch.Cli.Pipe;
using Punch.Net.Forwarding;
using Punch.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Events;
using Punch.Protocol.Forwarding;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Forwards;

/// <summary>Joins the connections of a session's forwards to its streams.</summary>
internal sealed class ForwardPipe : ISessionPipe
{
    private readonly IStreamHost _host;
    private readonly ForwardPlan _plan;
    private readonly ForwardTable _table;
    private readonly ForwardNetwork _network;
    private readonly StandardEnd? _standard;
    private readonly List<SocksPort> _proxies = [];
    private readonly Action<ForwardEvent> _show;
    private bool _isOpen;
    private bool _isAsked;
    private bool _isAnnounced;
    private OpenStatus _stdioStatus;
    private string _stdioTarget = "";

    /// <summary>Listens at the ports of this side.</summary>
    /// <param name="host">Opens the streams.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="standard">Standard input and output; null if they are not joined to a connection.</param>
    /// <param name="wakeUp">Wakes the loop.</param>
    /// <param name="show">Is told what happened.</param>
    /// <exception cref="FailureException">A port of this side cannot be had.</exception>
    public ForwardPipe(IStreamHost host, ForwardPlan plan, StandardEnd? standard, WakeUp wakeUp, Action<ForwardEvent> show)
    {
        _host = host;
        _plan = plan;
        _standard = standard;
        _show = show;
        WakeUp = wakeUp;
        _network = new ForwardNetwork(plan.Allowed, wakeUp.Set);
        _table = new ForwardTable(
            host, _network, [.. plan.Remotes.Select(remote => new RemoteListen(remote.Place, remote.Target))], plan.MostConnections);
        try
        {
            foreach (ForwardSpec local in plan.Locals) { _table.Add(Listen("-L", local.Place), local.Target); }

            foreach (OpenRequest proxy in plan.Proxies) { _proxies.Add(new SocksPort(Listen("-D", proxy), _table, _network)); }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public WakeUp WakeUp { get; }

    /// <inheritdoc/>
    public Instant? Next => _table.Next;

    /// <inheritdoc/>
    public bool Take(in SessionEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Kind == SessionEventKind.Opened)
        {
            _isOpen = true;
            _standard?.Start();
        }

        return false;
    }

    /// <inheritdoc/>
    public void Feed(Instant now)
    {
        if (_isOpen && !_isAsked && _plan.Stdio is { } place)
        {
            var end = new NetworkEnd(OpenStatus.Done, _standard, null, "standard input");
            _stdioTarget = place.Target;
            _isAsked = _table.TryOpen(end, place, reply => _stdioStatus = reply.Status, now);
        }

        foreach (SocksPort proxy in _proxies)
        {
            if (!_isAnnounced) { Note(new ForwardEvent(ForwardEventKind.Listening) { From = proxy.Local, IsOwn = true }); }

            proxy.Turn(now);
        }

        _isAnnounced = true;
        _table.Turn(now);
        while (_table.TryEvent(out ForwardEvent e)) { Note(e); }
    }

    /// <inheritdoc/>
    public bool Finish(CancellationToken stop) => _standard?.WaitForOutput(stop) ?? true;

    /// <inheritdoc/>
    public Failure? Explain(SessionStatistics statistics, bool isInterrupted)
    {
        if (_stdioStatus != OpenStatus.Done) { return ExplainStdio(); }

        // At the deadline, connections may still be open.
        bool isOrderly = _plan.Stays
            && statistics.Data is DataOutcome.PeerLeft or DataOutcome.PeerReplaced or DataOutcome.Unfinished;
        return isInterrupted || isOrderly ? null : StreamFailure.Explain(statistics);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SocksPort proxy in _proxies) { proxy.Dispose(); }

        _table.Abort(Instant.Zero);
        WakeUp.Dispose();
    }

    private void Note(in ForwardEvent e)
    {
        _show(e);
        bool isEnd = e.Kind is ForwardEventKind.Closed || (e.Kind == ForwardEventKind.Refused && _plan.Stdio is not null);
        if (isEnd && !_plan.Stays) { _host.Complete(); }
    }

    private Failure ExplainStdio()
    {
        string reason = StatusText.Of(_stdioStatus);
        return _stdioStatus == OpenStatus.NotAllowed
            ? new Failure(ExitCode.NoPath, "refused", $"the other side does not allow {_stdioTarget}")
            {
                Hint = $"it needs --allow {_stdioTarget}",
            }
            : new Failure(ExitCode.NoPath, "connect_failed", $"the other side cannot connect to {_stdioTarget}: {reason}");
    }

    private IListenPort Listen(string option, OpenRequest place)
    {
        OpenStatus status = place.Kind == OpenKind.Unix
            ? _network.ListenUnix(place.Text, out IListenPort? port)
            : _network.Listen(place, isOwn: true, out port);
        return port ?? throw new FailureException(
            new Failure(ExitCode.Local, "port_taken", $"{option} cannot listen at {PlaceText(place)}: {StatusText.Of(status)}")
            {
                Hint = "another program may use it: choose another port",
            });
    }

    private static string PlaceText(OpenRequest place) => (place with { Text = place.Text.Length == 0 ? "localhost" : place.Text }).Target;
}
