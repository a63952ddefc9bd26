using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>Whether lines may be coloured. They say the same without.</summary>
internal enum Colour
{
    /// <summary>Plain text.</summary>
    None,

    /// <summary>The escape sequences every colour terminal knows.</summary>
    Ansi,
}

/// <summary>For people: lines close to those of ping, and the original's <c>Response from ADDRESS:PORT is DATA</c>.</summary>
internal sealed class TextPresenter(IByteSink output, ErrorPrinter errors, PeerOptions options, Colour colour) : IPresenter
{
    private readonly LineBuffer _line = new();
    private LineLimiter _limiter;
    private SessionStart? _start;
    private TimeSpan _began;
    private TimeSpan _closedAt;

    /// <inheritdoc/>
    public void Begin(SessionStart start)
    {
        _start = start;
        _line.Append("PUNCH "u8);
        PrintableText.Append(_line, start.Host);
        _line.Append(" ("u8);
        for (int i = 0; i < start.Remotes.Count; i++) { _line.Append($"{(i == 0 ? "" : ", ")}{start.Remotes[i]}"); }

        _line.Append(") from "u8);
        AppendLocals(_line, start.Locals, options.Bind);
        _line.Flush(output);
    }

    /// <summary>Where it is sent from: the address, if one was asked for; otherwise one port, or one per family when the system chose them.</summary>
    public static void AppendLocals(LineBuffer line, IReadOnlyList<TransportAddress> locals, HostAddress? bind)
    {
        if (bind is not null)
        {
            line.Append($"{locals[0]}");
            return;
        }

        line.Append($"port {locals[0].Port}");
        if (locals.Count > 1 && locals[1].Port != locals[0].Port) { line.Append($" and {locals[1].Port}"); }
    }

    /// <summary>Goes on with a session whose beginning was told elsewhere.</summary>
    /// <param name="start">What is known of it.</param>
    /// <param name="at">When the punching began: the time to the open path counts from there.</param>
    public void Continue(SessionStart start, TimeSpan at)
    {
        _start = start;
        _began = at;
    }

    /// <inheritdoc/>
    public void Event(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        TimeSpan closedAt = _closedAt;
        if (e.Kind == PeerEventKind.Closed) { _closedAt = e.Elapsed; }

        if (options.IsQuiet) { return; }

        TellHeldBack(_limiter.TakeHeldBack(e.Elapsed));
        switch (e.Kind)
        {
            case PeerEventKind.Sent:
                if (options.Verbosity > 0) { Sent(e); }

                break;
            case PeerEventKind.Received:
                if (e.Datagram == DatagramKind.Message || _limiter.TryTake(e.Elapsed)) { Received(e, datagram); }

                break;
            case PeerEventKind.Opened:
                Opened(e, e.Elapsed - (e.IsReopened ? closedAt : _began));
                break;
            case PeerEventKind.Moved:
                Moved(e);
                break;
            case PeerEventKind.Closed:
                Closed(e);
                break;
            case PeerEventKind.DataEnded:
                _line.Append("The peer has sent all its data"u8).Flush(output);
                break;
            case PeerEventKind.Ended:
                TellHeldBack(_limiter.TakeHeldBack());
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Advise(string hint)
    {
        if (!options.IsQuiet) { errors.Hint(hint); }
    }

    /// <inheritdoc/>
    public void End(SessionEnd end)
    {
        if (_start is not null) { TextStatistics.Print(_line, output, $"{_start.Host} punch statistics", end); }

        if (end.Failure is not null) { errors.Fail(end.Failure); }

        if (end.HandOver is { } path) { HandOver(path); }
    }

    private void HandOver(HandOverPath path)
    {
        if (options.IsQuiet) { return; }

        _line.Append("Port "u8).Append($"{path.Local.Port} and the path to {path.Remote} go to ");
        PrintableText.Append(_line, path.Command.Program);
        _line.Flush(output);
    }

    private void Sent(in PeerEvent e)
    {
        _line.Append($"Sent to {e.Remote}: ");
        if (e.Datagram == DatagramKind.Punch) { _line.Append("an empty punch"u8); }
        else { _line.Append($"seq={e.Sequence.GetValueOrDefault()}, {e.Bytes} bytes"); }

        if (!IsBasePort(e.Local.Port)) { _line.Append($", from port {e.Local.Port}"); }

        if (e.HopLimit > 0) { _line.Append($", ttl={e.HopLimit}"); }

        _line.Flush(output);
    }

    private bool IsBasePort(ushort port)
    {
        for (int i = 0; i < _start!.Locals.Count; i++)
        {
            if (_start.Locals[i].Port == port) { return true; }
        }

        return false;
    }

    private void Received(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        _line.Append($"Response from {e.Remote} is ");
        if (e.Datagram == DatagramKind.Message)
        {
            _ = PeerMessage.Parse(datagram, out _, out int textLength);
            PrintableText.Append(_line, datagram[..Math.Max(textLength, 0)]);
            _line.Append($" seq={e.Sequence.GetValueOrDefault()}");
            if (e.RoundTrip is { } roundTrip) { _line.Append(" rtt="u8).AppendRoundTrip(roundTrip); }
        }
        else if (datagram.IsEmpty)
        {
            _line.Append("an empty punch"u8);
        }
        else
        {
            PrintableText.Append(_line, datagram);
        }

        if (e.Datagram == DatagramKind.Stranger) { _line.Append(" (a stranger: proves nothing)"u8); }

        if (e.Datagram == DatagramKind.OtherVersion) { _line.Append(" (another version of punch)"u8); }

        _line.Flush(output);
    }

    private void Opened(in PeerEvent e, TimeSpan after)
    {
        Paint("\u001b[32m"u8);
        _line.Append(e.IsReopened ? "Path open again after "u8 : "Path open after "u8).AppendWait(after).Append($": {e.Remote}");
        AppendRoundTripAndMove(e);
    }

    private void Moved(in PeerEvent e)
    {
        Paint("\u001b[32m"u8);
        _line.Append($"Path moved: {e.Remote}");
        AppendRoundTripAndMove(e);
    }

    private void AppendRoundTripAndMove(in PeerEvent e)
    {
        if (e.RoundTrip is { } roundTrip) { _line.Append(", rtt "u8).AppendRoundTrip(roundTrip); }

        if (_start?.PathWords is { } words) { _line.Append($", {words(e.Remote)}"); }

        if (e.IsSlot) { _line.Append($", met by the clock on port {e.Local.Port}"); }

        if (e.IsMoved)
        {
            _line.Append(", the peer's NAT moved port "u8);
            TransportAddress remote = e.Remote;
            string separator = "";
            foreach (TransportAddress named in _start!.Remotes.Where(named => named.Host == remote.Host))
            {
                _line.Append($"{separator}{named.Port}");
                separator = "/";
            }

            _line.Append($" to {remote.Port}");
        }

        Paint("\u001b[0m"u8);
        _line.Flush(output);
    }

    private void Closed(in PeerEvent e)
    {
        Paint("\u001b[33m"u8);
        _line.Append($"Path closed: {e.Remote}, ");
        if (e.SilentFor == TimeSpan.Zero) { _line.Append("the peer left"u8); }
        else { _line.Append("silent for "u8).AppendWait(e.SilentFor); }

        Paint("\u001b[0m"u8);
        _line.Flush(output);
    }

    private void TellHeldBack(long count)
    {
        if (count > 0) { _line.Append($"({count} more datagrams not shown)").Flush(output); }
    }

    private void Paint(ReadOnlySpan<byte> sequence)
    {
        if (colour == Colour.Ansi) { _line.Append(sequence); }
    }
}
