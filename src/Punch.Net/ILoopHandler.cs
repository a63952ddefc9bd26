using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>What an application does with the news of a <see cref="ProtocolLoop{TEvent}"/>. All calls come on the loop's thread.</summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public interface ILoopHandler<TEvent>
    where TEvent : struct
{
    /// <summary>The machine had news.</summary>
    /// <param name="e">The event.</param>
    /// <param name="datagram">The payload whose receipt caused it, valid during the call only; empty for events of another cause.</param>
    void OnEvent(in TEvent e, ReadOnlySpan<byte> datagram);

    /// <summary>A datagram could not be sent, or its local port could not be had. To most machines that is loss, like any other.</summary>
    void OnSendFailed(TransportAddress from, TransportAddress to, SocketError error);

    /// <summary>An ICMP error came back. It ends nothing.</summary>
    void OnRefused(in IcmpReport report);
}
