using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

/// <summary>What a <see cref="StunServerCore"/> answers from, and how much.</summary>
internal sealed record StunServerOptions
{
    /// <summary>
    /// The server's addresses as its clients see them, behind a one-to-one NAT the public ones; the index is what the driver knows a
    /// socket by. One endpoint; or two ports of one address; or two ports on each of two addresses in the order
    /// A1:P1, A1:P2, A2:P1, A2:P2, which is what RFC 5780 §6 asks for.
    /// </summary>
    public required IReadOnlyList<TransportAddress> Endpoints { get; init; }

    /// <summary>
    /// Whether requests come over connections, such as TCP's. RFC 5780 §6 has the same four endpoints there and names them alike, which is
    /// enough for its tests of the mapping; but no answer can leave from another one, so any change is refused.
    /// </summary>
    public bool IsStream { get; init; }

    /// <summary>How large an answer may be.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;
}

/// <summary>An answer to send.</summary>
/// <param name="Length">Bytes of it in the buffer.</param>
/// <param name="From">Index of the endpoint to send it from.</param>
/// <param name="To">Where to: always the host that asked, on the port it asked from or named.</param>
/// <param name="Class">Success or error.</param>
internal readonly record struct StunReply(int Length, int From, TransportAddress To, StunClass Class);
