using Punch.Cli.Copy;
using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Presenting;

/// <summary>For people: lines like those of ping, and the original's <c>Response from ADDRESS:PORT is DATA</c>.</summary>
internal sealed class TextSessionPresenter : ISessionPresenter
{
    private readonly IByteSink _output;
    private readonly ErrorPrinter _errors;
    private readonly PeerOptions _options;
    private readonly LineBuffer _line = new();
    private readonly TextTraffic _traffic;
    private readonly TextPath _path;
    private readonly TextMeeting _meeting;
    private readonly LiveSession _live;
    private LineLimiter _limiter;
    private SessionStart? _start;

    /// <summary>Creates a presenter.</summary>
    /// <param name="output">The destination of the lines.</param>
    /// <param name="errors">Prints failures and hints.</param>
    /// <param name="options">The options of the session.</param>
    /// <param name="colour">The colour of lines.</param>
    /// <param name="live">The live line of a terminal.</param>
    public TextSessionPresenter(IByteSink output, ErrorPrinter errors, PeerOptions options, Colour colour, LiveSession live)
    {
        _live = live;
        _output = output;
        _errors = errors;
        _options = options;
        _traffic = new TextTraffic(_line, output);
        _path = new TextPath(_line, output, colour);
        _meeting = new TextMeeting(_line, output, options.Verbosity);
        Copy = new TextCopy(_line, output, errors, options.Verbosity);
    }

    /// <inheritdoc/>
    public ICopyPresenter Copy { get; }

    /// <inheritdoc/>
    public void Begin(SessionStart start)
    {
        _start = start;
        _traffic.Begin(start);
        _path.Begin(start);
        _line.Append(start.Meeting is null ? "PUNCH "u8 : start.IsByServer ? "MEET via "u8 : "MEET "u8);
        AppendRemotes(start);
        AppendLocals(start.Locals);
        if (start.Locals[0].IsStream) { _line.Append(" over TCP"u8); }

        _line.Flush(_output);
        if (start.Meeting is { } meeting) { _meeting.Begin(meeting); }

        _live.Begin(start);
    }

    /// <inheritdoc/>
    public void Event(in SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        if (_options.IsQuiet) { return; }

        _live.Event(e);
        AppendHeldBack(_limiter.TakeHeldBack(e.Elapsed));
        switch (e.Kind)
        {
            case SessionEventKind.Sent:
                if (_options.Verbosity > 0) { _traffic.Sent(e); }

                break;
            case SessionEventKind.Received:
                if (e.IsProof || _limiter.TryTake(e.Elapsed)) { _traffic.Received(e, datagram); }

                break;
            case SessionEventKind.Opened:
                _path.Opened(e);
                break;
            case SessionEventKind.Moved:
                _path.Moved(e);
                break;
            case SessionEventKind.Suspected:
                _line.Append("The path is silent: looking for another"u8).Flush(_output);
                break;
            case SessionEventKind.Closed:
                _path.Closed(e);
                break;
            case SessionEventKind.DataEnded:
                _line.Append("The peer has sent all its data"u8).Flush(_output);
                break;
            case SessionEventKind.StreamsSuspended:
                _line.Append("No path: what is under way waits for one"u8).Flush(_output);
                break;
            case SessionEventKind.StreamsResumed:
                _line.Append("Going on after "u8).AppendWait(e.SilentFor).Append(" without a path"u8).Flush(_output);
                break;
            case SessionEventKind.Ended:
                AppendHeldBack(_limiter.TakeHeldBack());
                break;
            default:
                if (e is { Kind: SessionEventKind.PeerFound, Round: 0 }) { _path.BeginTrying(e.Elapsed); }

                _meeting.Event(e);
                break;
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardEvent e, TimeSpan at)
    {
        bool isShown = !_options.IsQuiet || TextForward.IsFailure(e);
        if (!isShown || TextForward.Of(e, isVerbose: _options.Verbosity > 0) is not { } text) { return; }

        PrintableText.Append(_line, text);
        _line.Flush(_output);
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!_options.IsQuiet) { _errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void Report(TrafficReport report)
    {
        if (!_options.IsQuiet || report.IsTotal) { TextReports.Print(_line, _output, report); }
    }

    /// <inheritdoc/>
    public void Report(StreamReport report)
    {
        if (!_options.IsQuiet) { TextReports.Print(_line, _output, report); }
    }

    /// <inheritdoc/>
    public void End(SessionEnd end)
    {
        _live.End();
        if (_start is not null)
        {
            string heading = _start.Meeting is null ? $"{_start.Host} punch statistics" : "punch meet statistics";
            TextStatistics.Print(_line, _output, heading, end);
        }

        if (end.Failure is not null) { _errors.Fail(end.Failure); }

        if (end.HandOver is { } path && !_options.IsQuiet) { HandOver(path); }
    }

    private void AppendRemotes(SessionStart start)
    {
        if (start.Host.Length == 0)
        {
            _line.Append("anybody with the code, at "u8);
            return;
        }

        PrintableText.Append(_line, start.Host);
        _line.Append(" ("u8);
        for (int i = 0; i < start.Remotes.Count; i++) { _line.Append($"{(i == 0 ? "" : ", ")}{start.Remotes[i]}"); }

        _line.Append(") from "u8);
    }

    // The address, if one was given. Otherwise one port, or one per family if the system chose them.
    private void AppendLocals(IReadOnlyList<TransportAddress> locals)
    {
        if (_options.Bind is not null)
        {
            _line.Append($"{locals[0]}");
            return;
        }

        _line.Append($"port {locals[0].Port}");
        if (locals.Count > 1 && locals[1].Port != locals[0].Port) { _line.Append($" and {locals[1].Port}"); }
    }

    private void AppendHeldBack(long count)
    {
        if (count > 0) { _line.Append($"({count} more datagrams not shown)").Flush(_output); }
    }

    private void HandOver(HandOverPath path)
    {
        if (path.Remote.IsStream) { _line.Append($"The connection to {path.Remote} goes to "); }
        else { _line.Append($"Port {path.Local.Port} and the path to {path.Remote} go to "); }

        PrintableText.Append(_line, path.Command.Program);
        _line.Flush(_output);
    }
}
