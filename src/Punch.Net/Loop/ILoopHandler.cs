using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>Receives the events of a <see cref="ProtocolLoop{TEvent}"/>. All calls come on the loop's thread.</summary>
/// <typeparam name="TEvent">The event type of the machine.</typeparam>
public interface ILoopHandler<TEvent>
    where TEvent : struct
{
    /// <summary>The machine's first datagrams are sent. Slow work such as printing can begin.</summary>
    void OnStarted();

    /// <summary>The machine had an event. <see cref="IProtocol{TEvent}.Payload"/> has the bytes that it delivered.</summary>
    void OnEvent(in TEvent e);

    /// <summary>A datagram could not be sent, or its local port could not be bound. The machine gets a notice, too.</summary>
    void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error);

    /// <summary>The system did not hand over what came, for a reason of its own. Called at most some hundred times a second.</summary>
    void OnReceiveFailed(TransportAddress local, SocketError error);

    /// <summary>An ICMP error came back. The machine hears of refusals and of exceeded hop limits, too.</summary>
    void OnRefused(in IcmpReport report);

    /// <summary>Called after each wait.</summary>
    void OnTurn()
    {
        // Most handlers have nothing to do here.
    }
}
