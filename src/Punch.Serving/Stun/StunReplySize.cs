namespace Punch.Serving.Stun;

/// <summary>
/// How large an answer may be, set against its request. A forged source address turns every byte on top into an attack on a third party.
/// </summary>
public enum StunReplySize
{
    /// <summary>
    /// No larger than the request, save the minimal answer to a short one: at most one IPv4 address (12 bytes) or IPv6 address
    /// (24 bytes) more than was asked with. A client that wants to know more makes its request longer.
    /// </summary>
    NeverLarger,

    /// <summary>
    /// All addresses of RFC 5780 in every answer, as its clients expect: a bare request of 20 bytes gets 68 bytes (116 over IPv6). With IP
    /// and UDP headers that is twice (2.4 times) what came. Has no effect without two addresses.
    /// </summary>
    AllAddresses,
}
