using Punch.Cli.Output;
using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Meeting.Agent;

namespace Punch.Cli.Meet;

/// <summary>For people: how the two sides find each other, then what <c>punch remote-host</c> prints.</summary>
internal sealed class TextMeetPresenter(IByteSink output, ErrorPrinter errors, PeerOptions options, Colour colour) : IMeetPresenter
{
    private readonly LineBuffer _line = new();
    private readonly TextPresenter _session = new(output, errors, options, colour);
    private readonly HashSet<TransportAddress> _tried = [];
    private MeetStart? _start;

    /// <inheritdoc/>
    public void Begin(MeetStart start)
    {
        _start = start;
        _session.Continue(start.Session, TimeSpan.Zero);
        _line.Append("MEET via "u8);
        PrintableText.Append(_line, start.Server);
        _line.Append(" ("u8);
        for (int i = 0; i < start.Servers.Count; i++) { _line.Append($"{(i == 0 ? "" : ", ")}{start.Servers[i]}"); }

        _line.Append(") from "u8);
        TextPresenter.AppendLocals(_line, start.Session.Locals, options.Bind);
        _line.Flush(output);
        if (start.Command is not { } command) { return; }

        _line.Append("On the other side: "u8);
        PrintableText.Append(_line, command);
        _line.Flush(output);
    }

    /// <inheritdoc/>
    public void Event(in MeetEvent e, ReadOnlySpan<byte> datagram)
    {
        if (e.Kind == MeetEventKind.PeerFound && e.Round == 0) { _session.Continue(_start!.Session, e.Elapsed); }

        if (e.Kind == MeetEventKind.Peer) { _session.Event(e.Peer, datagram); }
        else if (!options.IsQuiet) { Tell(e); }
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!options.IsQuiet) { errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void End(MeetEnd end)
    {
        if (_start is not null) { TextStatistics.Print(_line, output, "punch meet statistics", end.Session); }

        if (end.Session.Failure is { } failure) { errors.Fail(failure); }
    }

    private void Tell(in MeetEvent e)
    {
        switch (e.Kind)
        {
            case MeetEventKind.ServerAnswered:
                _line.Append($"The server sees this side at {e.Mapped}").Flush(output);
                break;
            case MeetEventKind.Waiting:
                _line.Append("Waiting for the other side"u8).Flush(output);
                break;
            case MeetEventKind.PeerFound:
                Found(e);
                break;
            case MeetEventKind.Trying:
                Trying(e);
                break;
            case MeetEventKind.FreshPort:
                _line.Append($"No path yet: trying from a fresh port, {e.Local.Port}").Flush(output);
                break;
            case MeetEventKind.ServerSilent:
                _line.Append($"The server {e.Server} does not answer any more; asking on").Flush(output);
                break;
            case MeetEventKind.ServerBack:
                _line.Append($"The server {e.Server} answers again").Flush(output);
                break;
            case MeetEventKind.ServerRefused:
                _line.Append($"The server {e.Server} refuses: {MeetFailure.Refusal(e.Code)}").Flush(output);
                break;
            case MeetEventKind.PeerRejected:
                _line.Append($"Somebody came and was turned away: {MeetFailure.Rejection(e.Rejection)}").Flush(output);
                break;
            case MeetEventKind.PathSuspected:
                _line.Append("The path is silent: looking for another"u8).Flush(output);
                break;
            default:
                break;
        }
    }

    private void Found(in MeetEvent e)
    {
        string addresses = e.Candidates == 1 ? "address" : "addresses";
        if (e.Round > 0)
        {
            if (options.Verbosity > 0) { _line.Append($"The other side has a fresh port, too: {e.Candidates} {addresses} to try").Flush(output); }

            return;
        }

        _line.Append("The other side is there, after "u8).AppendWait(e.Elapsed).Append($": {e.Candidates} {addresses} to try").Flush(output);
    }

    // From each own port anew, which is nothing to anybody who did not ask for details. MeetNews bounds how many there are.
    private void Trying(in MeetEvent e)
    {
        if (!_tried.Add(e.Remote) && options.Verbosity == 0) { return; }

        _line.Append($"Trying {e.Remote} {_start!.Session.PathWords!(e.Remote)}");
        if (options.Verbosity > 0)
        {
            _line.Append($", from port {e.Local.Port}");
            if (e.HopLimit > 0) { _line.Append($", ttl={e.HopLimit}"); }
        }

        _line.Flush(output);
    }
}
