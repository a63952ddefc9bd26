namespace Punch.Serving.Stun;

/// <summary>The limit of a reply's size, relative to its request. With a forged source, each extra byte attacks a third party.</summary>
public enum StunReplySize
{
    /// <summary>
    /// At most as large as the request. One exception is the minimal reply to a short request: it has one IPv4 address (12 bytes) or IPv6
    /// address (24 bytes) more. A client that wants more information makes its request longer.
    /// </summary>
    NeverLarger,

    /// <summary>
    /// All addresses of RFC 5780 in every reply, as its clients expect: a bare request of 20 bytes gets 68 bytes (116 over IPv6). With IP
    /// and UDP headers that is twice (2.4 times) the request. It has no effect without two addresses.
    /// </summary>
    AllAddresses,
}
