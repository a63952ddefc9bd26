using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;
using Serilog;

namespace Punch.Cli.Reach;

/// <summary>Hands the news of the loop to those who want it: the ledger, the presenter, the log; and sees when going on is pointless.</summary>
internal sealed class PeerHandler(PeerSession session, SessionLedger ledger, IPresenter presenter, WaitingHints hints, Action afterEvent, ILogger? log)
    : ILoopHandler<PeerEvent>
{
    /// <summary>Whether this machine could not send anything to anybody.</summary>
    public bool IsPointless { get; private set; }

    /// <inheritdoc/>
    public void OnEvent(in PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        ledger.Note(e);
        presenter.Event(e, datagram);
        if (hints.Next(e) is { } hint) { presenter.Advise(hint); }

        // At the start two datagrams go to each address at once; only later ones come with everything before them already noted.
        IsPointless |= e is { Kind: PeerEventKind.Sent, Elapsed.Ticks: > 0 } && LocalRefusal.Of(ledger) is not null;
        log?.Verbose("event {Kind} {Datagram} {Remote} {Bytes} bytes", e.Kind, e.Datagram, e.Remote, e.Bytes);
        afterEvent();
    }

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress to, SocketError error)
    {
        ledger.NoteUnsent(to, error);
        log?.Debug("send to {Remote} failed: {Error}", to, error);
    }

    /// <inheritdoc/>
    public void OnRefused(in IcmpReport report)
    {
        log?.Debug("ICMP {Kind} type {Type} code {Code} for {SentTo} from {By}", report.Kind, report.Type, report.Code, report.SentTo, report.By);
        if (!report.IsRefusal) { return; }

        session.NoteRefusal();
        ledger.NoteRefusal(report);
    }
}
