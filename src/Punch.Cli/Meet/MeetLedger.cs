using System.Net.Sockets;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Protocol;
using Punch.Protocol.Meeting.Agent;
using Punch.Protocol.Peer;

namespace Punch.Cli.Meet;

/// <summary>What a meeting's failure is explained with. Bounded, whoever sends.</summary>
internal sealed class MeetLedger(IReadOnlyList<TransportAddress> servers)
{
    private readonly SocketError?[] _refusedToSend = new SocketError?[servers.Count];
    private bool _isAnswered;
    private TimeSpan _found;

    /// <summary>Time of the latest event.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How long both sides have been there.</summary>
    public TimeSpan SinceFound => Elapsed - _found;

    /// <summary>The far end of the path that was open last; null when none was.</summary>
    public TransportAddress? Path { get; private set; }

    /// <summary>The last ICMP refusal; null when none came.</summary>
    public IcmpReport? Refusal { get; private set; }

    /// <summary>Why nothing ever left this machine for any server, where that will not pass; null otherwise.</summary>
    public Failure? LocalFailure
    {
        get
        {
            bool isRefused = !_isAnswered && _refusedToSend.All(error => error is { } known && LocalRefusal.WillNotPass(known));
            return isRefused ? LocalRefusal.Explain(SendFailure.Explain(servers[0], _refusedToSend[0]!.Value)) : null;
        }
    }

    /// <summary>Takes note of an event.</summary>
    public void Note(in MeetEvent e)
    {
        TimeSpan at = e.Kind == MeetEventKind.Peer ? e.Peer.Elapsed : e.Elapsed;
        Elapsed = at > Elapsed ? at : Elapsed;
        switch (e.Kind)
        {
            case MeetEventKind.ServerAnswered:
                _isAnswered = true;
                break;
            case MeetEventKind.PeerFound when e.Round == 0:
                _found = e.Elapsed;
                break;
            case MeetEventKind.Peer when e.Peer.Kind is PeerEventKind.Opened or PeerEventKind.Moved:
                Path = e.Peer.Remote;
                break;
            default:
                break;
        }
    }

    /// <summary>Takes note of a datagram that could not be sent.</summary>
    public void NoteUnsent(TransportAddress to, SocketError error)
    {
        for (int i = 0; i < servers.Count; i++)
        {
            if (servers[i] == to) { _refusedToSend[i] = error; }
        }
    }

    /// <summary>Takes note of an ICMP refusal.</summary>
    public void NoteRefusal(in IcmpReport report) => Refusal = report;
}
