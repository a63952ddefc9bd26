using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// What an application does with the events of a <see cref="ProtocolLoop{TEvent}"/>. All calls come on the loop's thread.
/// </summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public interface ILoopHandler<TEvent>
    where TEvent : struct
{
    /// <summary>What the machine had ready is on its way: printing, which is slow, can begin.</summary>
    void OnStarted();

    /// <summary>The machine had an event. <see cref="IProtocol{TEvent}.Payload"/> holds the bytes that it delivers.</summary>
    void OnEvent(in TEvent e);

    /// <summary>A datagram could not be sent, or its local port could not be had. The machine hears of it, too.</summary>
    void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error);

    /// <summary>The system did not hand over what came, for a reason of its own. Called at most some hundred times a second.</summary>
    void OnReceiveFailed(TransportAddress local, SocketError error);

    /// <summary>An ICMP error came back. The machine hears of refusals and of exceeded hop limits, too.</summary>
    void OnRefused(in IcmpReport report);

    /// <summary>Called after each wait.</summary>
    void OnTurn()
    {
        // Most have nothing to look for.
    }
}
