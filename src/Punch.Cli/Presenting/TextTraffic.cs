using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Text;

namespace Punch.Cli.Presenting;

/// <summary>Prints the lines about single datagrams.</summary>
internal sealed class TextTraffic(LineBuffer line, IByteSink output)
{
    private IReadOnlyList<TransportAddress> _locals = [];

    /// <summary>Sets the base ports, which the lines do not name.</summary>
    public void Begin(SessionStart start) => _locals = start.Locals;

    /// <summary>Prints a sent datagram.</summary>
    public void Sent(in SessionEvent e)
    {
        line.Append($"Sent to {e.Remote}: ");
        if (e.Datagram == DatagramKind.Punch) { line.Append("an empty punch"u8); }
        else { line.Append($"seq={e.Sequence.GetValueOrDefault()}, {e.Bytes} bytes"); }

        if (!IsBasePort(e.Local.Port)) { line.Append($", from port {e.Local.Port}"); }

        if (e.HopLimit > 0) { line.Append($", ttl={e.HopLimit}"); }

        line.Flush(output);
    }

    /// <summary>Prints a received datagram.</summary>
    public void Received(in SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        line.Append($"Response from {e.Remote} is ");
        if (e.Datagram == DatagramKind.Message)
        {
            _ = PeerMessage.Parse(datagram, out _, out int textLength);
            PrintableText.Append(line, datagram[..Math.Max(textLength, 0)]);
            line.Append($" seq={e.Sequence.GetValueOrDefault()}");
            if (e.RoundTrip is { } roundTrip) { line.Append(" rtt="u8).AppendRoundTrip(roundTrip); }
        }
        else if (datagram.IsEmpty)
        {
            line.Append("an empty punch"u8);
        }
        else
        {
            PrintableText.Append(line, datagram);
        }

        if (e.Datagram == DatagramKind.Stranger) { line.Append(" (a stranger: proves nothing)"u8); }

        if (e.Datagram == DatagramKind.OtherVersion) { line.Append(" (another version of punch)"u8); }

        line.Flush(output);
    }

    private bool IsBasePort(ushort port)
    {
        for (int i = 0; i < _locals.Count; i++)
        {
            if (_locals[i].Port == port) { return true; }
        }

        return false;
    }
}
