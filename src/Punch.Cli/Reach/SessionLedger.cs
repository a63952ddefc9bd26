using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>What a session's failure is explained with: from where what came, and what could not be sent. Bounded, whoever sends.</summary>
internal sealed class SessionLedger(IReadOnlyList<TransportAddress> remotes)
{
    private readonly SendRecord[] _sends = new SendRecord[remotes.Count];

    /// <summary>The addresses that are tried.</summary>
    public IReadOnlyList<TransportAddress> Remotes => remotes;

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

    /// <summary>The far end of the last open path; null when none was.</summary>
    public TransportAddress? Path { get; private set; }

    /// <summary>Time of the latest event.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Takes note of an event.</summary>
    public void Note(in PeerEvent e)
    {
        Elapsed = e.Elapsed > Elapsed ? e.Elapsed : Elapsed;
        switch (e.Kind)
        {
            case PeerEventKind.Sent when IndexOf(e.Remote) is >= 0 and int index:
                _sends[index].Sent++;
                break;
            case PeerEventKind.Received when e.Datagram != DatagramKind.Data:
                (e.Datagram switch
                {
                    DatagramKind.Stranger => Strangers,
                    DatagramKind.Message or DatagramKind.OtherVersion => Messages,
                    _ => Plain,
                }).Note(e.Remote);
                break;
            case PeerEventKind.Opened or PeerEventKind.Moved:
                Path = e.Remote;
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

    /// <summary>Takes note of an ICMP refusal.</summary>
    public void NoteRefusal(in IcmpReport report) => Refusal = report;

    /// <summary>Why nothing ever left this machine, when every address was tried and every attempt failed; null otherwise.</summary>
    public (TransportAddress To, SocketError Error)? FirstErrorOfAll()
    {
        foreach (SendRecord record in _sends)
        {
            if (record.FirstError is null || record.Failed < record.Sent) { return null; }
        }

        return (remotes[0], _sends[0].FirstError!.Value);
    }

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
