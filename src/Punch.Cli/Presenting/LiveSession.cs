using System.Globalization;
using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol.Events;

namespace Punch.Cli.Presenting;

/// <summary>Shows what a session waits for. The time follows the text: <c>waiting for the other side, 12 s</c>.</summary>
internal sealed class LiveSession(LiveLine line)
{
    private const string Waiting = "waiting for the other side";

    private string _server = "";
    private bool _isMeeting;
    private bool _isOpen;

    /// <summary>Says how far the use of the path has come; null where nobody wants to know.</summary>
    public Func<string>? Progress { get; set; }

    /// <summary>The first datagrams are sent.</summary>
    public void Begin(SessionStart start)
    {
        _isMeeting = start.Meeting is not null;
        _server = start.Host;
        bool isListener = start.Host.Length == 0;
        line.Show(isListener ? Waiting : start.IsByServer ? $"asking {start.Host}" : $"sending to {start.Host}, nothing heard yet");
    }

    /// <summary>Takes in an event.</summary>
    public void Event(in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Opened or SessionEventKind.Moved:
                _isOpen = true;
                if (Progress is { } progress) { line.Show(progress); }
                else { line.Hide(); }

                break;
            case SessionEventKind.Suspected or SessionEventKind.Closed:
                _isOpen = false;
                line.Show(e.Kind == SessionEventKind.Closed && e.SilentFor == TimeSpan.Zero ? Waiting : "looking for another path");
                break;
            default:
                if (!_isOpen && Wait(e) is { } text) { line.Show(text); }

                break;
        }
    }

    /// <summary>The session is over.</summary>
    public void End() => line.Hide();

    private string? Wait(in SessionEvent e) => e.Kind switch
    {
        SessionEventKind.Waiting or SessionEventKind.ServerBack => Waiting,
        SessionEventKind.ServerSilent => $"asking {_server} again",
        SessionEventKind.PeerFound when e.Candidates == 1 => "trying 1 address",
        SessionEventKind.PeerFound => string.Create(CultureInfo.InvariantCulture, $"trying {e.Candidates} addresses"),
        SessionEventKind.Received when !_isMeeting && e.Datagram != DatagramKind.Stranger => "heard the peer, waiting for its proof",
        _ => null,
    };
}
