using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Protocol;
using Punch.Protocol.Discovery;
using Serilog;

namespace Punch.Cli.Nat;

/// <summary>Passes the events of the loop to the presenter, and remembers what the system and the network refused.</summary>
internal sealed class NatHandler(INatPresenter presenter, ILogger? log) : ILoopHandler<DiscoveryEvent>
{
    /// <summary>The last datagram that this machine could not send, with the error; null if there is none.</summary>
    public (TransportAddress To, SocketError Error)? Unsent { get; private set; }

    /// <summary>The last receive that the system failed, and how many did.</summary>
    public (SocketError Error, long Count)? Unreceived { get; private set; }

    /// <summary>The last ICMP refusal.</summary>
    public IcmpReport? Refusal { get; private set; }

    /// <inheritdoc/>
    public void OnStarted()
    {
        // The servers were shown before the first request.
    }

    /// <inheritdoc/>
    public void OnEvent(in DiscoveryEvent e)
    {
        log?.Debug("{Kind} {Server} {Mapped} after {Elapsed}", e.Kind, e.Server, e.Mapped, e.Elapsed);
        presenter.Event(e);
    }

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error)
    {
        log?.Debug("send to {Remote} failed: {Error}", to, error);
        Unsent = (to, error);
    }

    /// <inheritdoc/>
    public void OnReceiveFailed(TransportAddress local, SocketError error)
    {
        if (Unreceived?.Error != error) { log?.Debug("receive at {Local} failed: {Error}", local, error); }

        Unreceived = (error, (Unreceived?.Count ?? 0) + 1);
    }

    /// <inheritdoc/>
    public void OnRefused(in IcmpReport report)
    {
        log?.Debug(
            "ICMP {Kind} type {Type} code {Code} for {SentTo} from {By}", report.Kind, report.Type, report.Code, report.SentTo, report.By);
        if (report.IsRefusal) { Refusal = report; }
    }
}
