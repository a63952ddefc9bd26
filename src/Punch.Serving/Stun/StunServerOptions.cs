using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

/// <summary>The endpoints and the reply size of a <see cref="StunServerCore"/>.</summary>
internal sealed record StunServerOptions
{
    /// <summary>
    /// The server's addresses as its clients see them: the public ones behind a one-to-one NAT. The driver knows a socket by its index
    /// here. The layouts are: one endpoint; two ports of one address; or two ports on each of two addresses in the order A1:P1, A1:P2,
    /// A2:P1, A2:P2, as RFC 5780 §6 asks.
    /// </summary>
    public required IReadOnlyList<TransportAddress> Endpoints { get; init; }

    /// <summary>
    /// Whether requests come over connections, such as TCP's. RFC 5780 §6 has the same four endpoints there and names them in the same way,
    /// which is enough for its mapping tests. But a reply can only leave on its connection, so any change is refused.
    /// </summary>
    public bool IsStream { get; init; }

    /// <summary>The limit of a reply's size.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;
}

/// <summary>A reply to send.</summary>
/// <param name="Length">Its length in the buffer, in bytes.</param>
/// <param name="From">Index of the endpoint to send it from.</param>
/// <param name="To">The destination: always the host that asked, on its own port or the port it named.</param>
/// <param name="Class">Success or error.</param>
internal readonly record struct StunReply(int Length, int From, TransportAddress To, StunClass Class);
