using System.Globalization;
using Punch.Protocol.Events;

namespace Punch.Cli.Session;

/// <summary>The hints for a user who waits while nothing comes. Driven by the datagrams that are sent, at least one a second.</summary>
internal sealed class WaitingHints(string host, ushort localPort, bool isTcp = false)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(30);

    private readonly string _command = isTcp ? "punch --tcp" : "punch";
    private readonly string _protocol = isTcp ? "TCP" : "UDP";
    private int _given;
    private bool _hasHeard;

    /// <summary>The hint that has come due with this event; null for none.</summary>
    public string? Next(in SessionEvent e)
    {
        _hasHeard |= e.Kind == SessionEventKind.Received && e.Datagram != DatagramKind.Stranger;
        return e.Kind == SessionEventKind.Sent ? At(e.Elapsed) : null;
    }

    /// <summary>The hint that has come due by this time; null for none.</summary>
    public string? At(TimeSpan elapsed)
    {
        switch (_given)
        {
            case 0 or 1 when _hasHeard:
                return null;
            case 0 when elapsed >= First:
                _given = 1;
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"nothing heard yet: does {_command} run on {host}, naming this side's public address and port {localPort}?");
            case 1 when elapsed >= Second:
                _given = 2;
                return $"still nothing after 30 s: is {_protocol} blocked on either side, or has the peer another address or port?";
            default:
                return null;
        }
    }
}
