namespace Punch.Protocol.Stun;

/// <summary>What a <see cref="StunServerCore"/> answers from, and how much.</summary>
public sealed record StunServerOptions
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

/// <summary>How large an answer may be, set against its request. A forged source address turns every byte on top into an attack on somebody.</summary>
public enum StunReplySize
{
    /// <summary>
    /// No larger than the request, save the minimal answer to a short one: at most one IPv4 address (12 bytes) or IPv6 address
    /// (24 bytes) more than was asked with. A client that wants to know more makes its request longer.
    /// </summary>
    NeverLarger,

    /// <summary>
    /// All addresses of RFC 5780 in every answer, as its clients expect: a bare request of 20 bytes gets 68 bytes (116 over IPv6). With IP and
    /// UDP headers that is twice (2.4 times) what came. Has no effect without two addresses.
    /// </summary>
    AllAddresses,
}

/// <summary>An answer to send.</summary>
/// <param name="Length">Bytes of it in the buffer.</param>
/// <param name="From">Index of the endpoint to send it from.</param>
/// <param name="To">Where to: always the host that asked, on the port it asked from or named.</param>
/// <param name="Class">Success or error.</param>
public readonly record struct StunReply(int Length, int From, TransportAddress To, StunClass Class);
