using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Events;

namespace Punch.Cli.Presenting;

/// <summary>Prints the lines about the path: it opened, moved, or closed.</summary>
internal sealed class TextPath(LineBuffer line, IByteSink output, Colour colour)
{
    private PathKinds? _kinds;
    private RelayNames? _relays;
    private bool _isRelayOnly;
    private TimeSpan _began;
    private TimeSpan _closedAt;

    /// <summary>Sets up the kinds of paths for this session.</summary>
    public void Begin(SessionStart start)
    {
        _kinds = start.Meeting is { } meeting ? new PathKinds(meeting.Hosts) : null;
        _relays = new RelayNames(start);
        _isRelayOnly = start.Meeting is { IsRelayOnly: true };
    }

    /// <summary>The peer is there. The time to the open path counts from here.</summary>
    public void BeginTrying(TimeSpan at) => _began = at;

    /// <summary>Prints that a path opened.</summary>
    public void Opened(in SessionEvent e)
    {
        Paint("\u001b[32m"u8);
        line.Append(e.IsReopened ? "Path open again after "u8 : "Path open after "u8);
        line.AppendWait(e.Elapsed - (e.IsReopened ? _closedAt : _began));
        AppendRemote(e);
        AppendDetails(e);
    }

    /// <summary>Prints that the path moved.</summary>
    public void Moved(in SessionEvent e)
    {
        Paint("\u001b[32m"u8);
        line.Append("Path moved"u8);
        AppendRemote(e);
        AppendDetails(e);
    }

    /// <summary>Prints that the path closed.</summary>
    public void Closed(in SessionEvent e)
    {
        _closedAt = e.Elapsed;
        Paint("\u001b[33m"u8);
        line.Append($"Path closed: {e.Remote}, ");
        if (e.SilentFor == TimeSpan.Zero) { line.Append("the peer left"u8); }
        else { line.Append("silent for "u8).AppendWait(e.SilentFor); }

        Paint("\u001b[0m"u8);
        line.Flush(output);
    }

    private void AppendRemote(in SessionEvent e)
    {
        if (e.IsRelayed) { line.Append($": relayed by {_relays!.Of(e.Remote)}"); }
        else { line.Append($": {e.Remote}").Append(e.Remote.Transport == Transport.Tcp ? " over TCP"u8 : ""u8); }
    }

    private void AppendDetails(in SessionEvent e)
    {
        if (e.RoundTrip is { } roundTrip) { line.Append(", rtt "u8).AppendRoundTrip(roundTrip); }

        if (e.IsRelayed) { line.Append(_isRelayOnly ? ", as asked for"u8 : ", no direct path so far"u8); }
        else if (_kinds is { } kinds) { line.Append($", {kinds.Text(e.Remote)}"); }

        if (e.IsSlot) { line.Append($", met by the clock on port {e.Local.Port}"); }

        if (e.IsMoved)
        {
            if (e.NamedPort != 0) { line.Append($", the peer's NAT moved port {e.NamedPort} to {e.Remote.Port}"); }
            else { line.Append($", the peer's NAT moved the port to {e.Remote.Port}"); }
        }

        Paint("\u001b[0m"u8);
        line.Flush(output);
    }

    private void Paint(ReadOnlySpan<byte> sequence)
    {
        if (colour == Colour.Ansi) { line.Append(sequence); }
    }
}
