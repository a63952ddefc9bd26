using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Protocol;
using Punch.Protocol.Events;

namespace Punch.Cli.Session;

/// <summary>What a session's failure is explained with: what came from where, and what could not be sent. Its size is bounded.</summary>
/// <param name="remotes">The addresses that are sent to first: those of the peer, or in a meeting those of the server.</param>
internal sealed class SessionLedger(IReadOnlyList<TransportAddress> remotes)
{
    private readonly SendRecord[] _sends = new SendRecord[remotes.Count];
    private bool _isAnswered;
    private SocketError? _receiveError;
    private TimeSpan _found;

    /// <summary>The addresses that are sent to first.</summary>
    public IReadOnlyList<TransportAddress> Remotes => remotes;

    /// <summary>Whether streams are tried, too, which do not need what UDP needs, except for a route.</summary>
    public bool HasOtherWays { get; init; }

    /// <summary>Plain datagrams and punches from the peer's host.</summary>
    public AddressSample Plain { get; } = new();

    /// <summary>Peer messages from the peer's host.</summary>
    public AddressSample Messages { get; } = new();

    /// <summary>Datagrams from other hosts.</summary>
    public AddressSample Strangers { get; } = new();

    /// <summary>The last ICMP refusal; null when none came.</summary>
    public IcmpReport? Refusal { get; private set; }

    /// <summary>Datagrams that this machine did not even send.</summary>
    public long Unsent { get; private set; }

    /// <summary>How often the system handed over nothing of what had come.</summary>
    public long Unreceived { get; private set; }

    /// <summary>Why nothing ever came here: the system did not hand it over. Null where that is not so.</summary>
    public Failure? ReceiveFailure => _receiveError is { } error && !_isAnswered && Messages.Count == 0 && Plain.Count == 0
        ? LocalRefusal.Explain(LocalNetworkException.ForReceive(error, Unreceived))
        : null;

    /// <summary>The far end of the path that was open last; null when none was.</summary>
    public TransportAddress? Path { get; private set; }

    /// <summary>Whether a server relayed that path.</summary>
    public bool IsRelayed { get; private set; }

    /// <summary>When the path fell silent and closed; null while it is open, or when the peer left it.</summary>
    public TimeSpan? BrokenAt { get; private set; }

    /// <summary>Time of the latest event.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How long both sides of a meeting have been there.</summary>
    public TimeSpan SinceFound => Elapsed - _found;

    /// <summary>Why nothing ever left this machine for any of the addresses, where that will not pass; null otherwise.</summary>
    public Failure? LocalFailure
    {
        get
        {
            if (_isAnswered) { return null; }

            int first = -1;
            for (int i = 0; i < _sends.Length; i++)
            {
                // Not every address of a server is asked.
                SendRecord record = _sends[i];
                if (record is { Sent: 0, Failed: 0 }) { continue; }

                bool isRefused = record.FirstError is { } error && IsFinal(error) && record.Failed >= record.Sent;
                if (!isRefused) { return null; }

                first = first < 0 ? i : first;
            }

            return first < 0 ? null : LocalRefusal.Explain(SendFailure.Explain(remotes[first], _sends[first].FirstError!.Value));
        }
    }

    /// <summary>Who relayed that path, in words for people; null where nobody did.</summary>
    public string? RelayedBy(SessionStart start) => IsRelayed && Path is { } path ? new RelayNames(start).Of(path) : null;

    /// <summary>Takes note of an event.</summary>
    public void Note(in SessionEvent e)
    {
        Elapsed = e.Elapsed > Elapsed ? e.Elapsed : Elapsed;
        switch (e.Kind)
        {
            case SessionEventKind.Sent when IndexOf(e.Remote) is >= 0 and int index:
                _sends[index].Sent++;
                break;
            case SessionEventKind.Received when e.Datagram != DatagramKind.Data:
                (e.Datagram switch
                {
                    DatagramKind.Stranger => Strangers,
                    DatagramKind.Message or DatagramKind.OtherVersion => Messages,
                    _ => Plain,
                }).Note(e.Remote);
                break;
            case SessionEventKind.Opened or SessionEventKind.Moved:
                Path = e.Remote;
                IsRelayed = e.IsRelayed;
                BrokenAt = null;
                break;
            case SessionEventKind.Closed when e.SilentFor > TimeSpan.Zero:
                BrokenAt = e.Elapsed;
                break;
            case SessionEventKind.ServerAnswered:
                _isAnswered = true;
                break;
            case SessionEventKind.PeerFound when e.Round == 0:
                _found = e.Elapsed;
                break;
            default:
                break;
        }
    }

    /// <summary>Takes note of a datagram that could not be sent.</summary>
    public void NoteUnsent(TransportAddress to, SocketError error)
    {
        Unsent++;
        if (IndexOf(to) is not (>= 0 and int index)) { return; }

        _sends[index].Failed++;
        _sends[index].FirstError ??= error;
    }

    /// <summary>Takes note of a receive that the system failed. Returns whether it is the first of its kind.</summary>
    public bool NoteUnreceived(SocketError error)
    {
        Unreceived++;
        bool isNew = _receiveError != error;
        _receiveError = error;
        return isNew;
    }

    /// <summary>Takes note of an ICMP refusal.</summary>
    public void NoteRefusal(in IcmpReport report) => Refusal = report;

    private bool IsFinal(SocketError error) => LocalRefusal.WillNotPass(error)
        && (!HasOtherWays || error is SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown);

    private int IndexOf(TransportAddress remote)
    {
        for (int i = 0; i < remotes.Count; i++)
        {
            if (remotes[i] == remote) { return i; }
        }

        return -1;
    }

    private struct SendRecord
    {
        public long Sent;
        public long Failed;
        public SocketError? FirstError;
    }
}
