using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

/// <summary>
/// The decision of a STUN server: RFC 8489 §6.3, RFC 5780 §6 and RFC 3489 §8.1. It is a pure function from a datagram to at most one reply.
/// It has no state, allocates nothing, never throws because of bytes, and knows no credentials.
/// <para>
/// It answers Binding requests only. It ignores everything else: indications, replies, other methods, a wrong fingerprint, and bytes that
/// are not STUN. So two servers can never keep each other busy. It answers only the host that asked.
/// </para>
/// <para>
/// XOR-MAPPED-ADDRESS is in every reply, and FINGERPRINT if the request has one. The rest needs room within
/// <see cref="StunServerOptions.ReplySize"/>. It is dropped in this order: PADDING shrinks first, then MAPPED-ADDRESS goes, then
/// RESPONSE-ORIGIN, then OTHER-ADDRESS (or OTHER-PORT). RESPONSE-ORIGIN and OTHER-ADDRESS need a second address, OTHER-PORT a second port.
/// </para>
/// </summary>
internal sealed partial class StunServerCore
{
    /// <summary>The longest reply to a request without PADDING, in bytes: header(20) + four IPv6 addresses(96) + fingerprint(8).</summary>
    public const int MaxPlainReplyLength = 124;

    /// <summary>The most attributes that a 420 names.</summary>
    public const int MaxUnknownAttributes = 16;

    private const int PortBit = 1;
    private const int AddressBit = 2;
    private const int FingerprintLength = StunAttribute.HeaderLength + StunIntegrity.FingerprintLength;

    /// <summary>
    /// The comprehension-required attributes that a Binding request may carry: those of RFC 8489, which a server without credentials skips,
    /// and those of RFC 5780.
    /// </summary>
    private static readonly StunAttributeType[] Understood =
    [
        StunAttributeType.MappedAddress, StunAttributeType.ChangeRequest, StunAttributeType.Username, StunAttributeType.MessageIntegrity,
        StunAttributeType.ErrorCode, StunAttributeType.UnknownAttributes, StunAttributeType.Realm, StunAttributeType.Nonce,
        StunAttributeType.MessageIntegritySha256, StunAttributeType.PasswordAlgorithm, StunAttributeType.Userhash,
        StunAttributeType.XorMappedAddress, StunAttributeType.Padding, StunAttributeType.ResponsePort,
    ];

    private static readonly StunAttributeType[] UnderstoodByClassic =
        [StunAttributeType.ChangeRequest, StunAttributeType.Username, StunAttributeType.MessageIntegrity];

    private readonly TransportAddress[] _endpoints;
    private readonly StunReplySize _replySize;
    private readonly bool _isStream;

    /// <param name="options">The endpoints and the reply size.</param>
    /// <exception cref="ArgumentException">The endpoints do not form one of the three layouts.</exception>
    public StunServerCore(StunServerOptions options)
    {
        _endpoints = [.. options.Endpoints];
        _replySize = options.ReplySize;
        _isStream = options.IsStream;
        string? flaw = FindFlaw(_endpoints);
        if (flaw is not null) { throw new ArgumentException(flaw, nameof(options)); }
    }

    private bool HasTwoAddresses => _endpoints.Length == 4;

    private bool HasTwoPorts => _endpoints.Length > 1;

    /// <summary>Decides about one datagram.</summary>
    /// <param name="request">The received bytes.</param>
    /// <param name="client">The source address.</param>
    /// <param name="receivedOn">The index of the endpoint that received them.</param>
    /// <param name="reply">
    /// Receives the reply. <see cref="MaxPlainReplyLength"/> bytes, or the length of the request if that is more, are always enough.
    /// </param>
    /// <param name="answer">The reply to send; default if the result is false.</param>
    /// <returns>False if there is nothing to send.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such endpoint.</exception>
    public bool TryAnswer(ReadOnlySpan<byte> request, in TransportAddress client, int receivedOn, Span<byte> reply, out StunReply answer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(receivedOn);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(receivedOn, _endpoints.Length);
        answer = default;
        if (!IsAnswerable(client)) { return false; }

        if (!_isStream && ClassicStun.IsLikely(request)) { return TryAnswerClassic(request, client, receivedOn, reply, out answer); }

        if (StunMessage.Parse(request, out StunMessage message) != StunParseError.None) { return false; }

        if (message.Method != StunMethod.Binding || message.Class != StunClass.Request) { return false; }

        // RFC 8489 §6.3: with a fingerprint that does not match, the bytes belong to another protocol
        if (message.HasFingerprint && !message.HasValidFingerprint()) { return false; }

        bool isBare = message.Length == StunMessage.HeaderLength;
        Route back = new(receivedOn, OtherOf(receivedOn, isBare), receivedOn, client);
        return isBare ? TryGrant(message, client, back, reply, out answer) : TryObey(message, client, back, reply, out answer);
    }

    /// <summary>The endpoint that a reply names as the other one. It does not depend on where the reply leaves from.</summary>
    private int OtherOf(int receivedOn, bool isBare)
    {
        if (!HasTwoAddresses) { return receivedOn ^ PortBit; }

        // RFC 5780 §6.1, table 1 changes both address and port, seen from where the request came in. A bare request gets the second address
        // instead, also on the second address itself, as with coturn. coturn's turnutils_natdiscovery goes from A2:P1 to the address in the
        // reply and takes that for A2:P2. A client that asks A1 first, or with any attribute, sees no difference.
        return isBare ? (receivedOn | AddressBit) ^ PortBit : receivedOn ^ (AddressBit | PortBit);
    }

    /// <summary>Answers a request with attributes. The usual request has none and skips this work.</summary>
    private bool TryObey(in StunMessage message, in TransportAddress client, in Route back, Span<byte> reply, out StunReply answer)
    {
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[MaxUnknownAttributes];
        unknown = unknown[..ListUnusable(message, unknown)];
        if (!unknown.IsEmpty) { return TryRefuse(message, StunErrorCode.UnknownAttribute, unknown, back, reply, out answer); }

        if (!TryFindRoute(message, back, out Route route))
        {
            return TryRefuse(message, StunErrorCode.BadRequest, [], back, reply, out answer);
        }

        answer = default;
        bool isAnswerable = route.To.Port == client.Port || IsAnswerable(route.To);
        return isAnswerable && TryGrant(message, client, route, reply, out answer);
    }

    /// <summary>Whether a reply sent there reaches the one host that asked, and not an endpoint of this server.</summary>
    private bool IsAnswerable(in TransportAddress to) =>
        to.Port != 0 && !to.Host.IsAny && !to.Host.IsMulticast && !to.Host.IsLimitedBroadcast && !_endpoints.AsSpan().Contains(to);

    /// <summary>
    /// The attributes that lead to 420: unknown ones, and a CHANGE-REQUEST for which there is no second address or port (RFC 5780 §6.1).
    /// </summary>
    private int ListUnusable(in StunMessage message, Span<StunAttributeType> unknown)
    {
        int count = message.ListUnknown(Understood, unknown);
        if (count < unknown.Length && message.Has(StunAttributeType.ChangeRequest) && !CanChange(message))
        {
            unknown[count++] = StunAttributeType.ChangeRequest;
        }

        return count;
    }

    private bool CanChange(in StunMessage message)
    {
        message.TryGetChangeRequest(out StunChange change);
        if (_isStream) { return HasTwoAddresses && change == StunChange.None; }

        // RFC 5780 §6 has no server with one address. This one still changes the port, because that distinguishes APDF from the other
        // filters.
        return HasTwoAddresses || (HasTwoPorts && (change & StunChange.Address) == 0);
    }

    /// <summary>Obeys CHANGE-REQUEST and RESPONSE-PORT; false if they are malformed or exclude each other.</summary>
    private static bool TryFindRoute(in StunMessage message, in Route back, out Route route)
    {
        route = back;
        StunChange change = StunChange.None;
        if (message.Has(StunAttributeType.ChangeRequest) && !message.TryGetChangeRequest(out change)) { return false; }

        route = back with { From = back.ReceivedOn ^ FlipsOf(change) };
        if (!message.Has(StunAttributeType.ResponsePort)) { return true; }

        // RFC 5780 §6.1: RESPONSE-PORT with PADDING gets 400, so that no fragments go to a port that did not ask
        if (message.Has(StunAttributeType.Padding) || !message.TryGetResponsePort(out ushort port)) { return false; }

        route = route with { To = back.To with { Port = port } };
        return true;
    }

    private static int FlipsOf(StunChange change) =>
        ((change & StunChange.Port) != 0 ? PortBit : 0) | ((change & StunChange.Address) != 0 ? AddressBit : 0);

    private static string? FindFlaw(ReadOnlySpan<TransportAddress> endpoints)
    {
        if (endpoints.Length is not (1 or 2 or 4)) { return "a server has 1, 2 or 4 endpoints"; }

        for (int i = 0; i < endpoints.Length; i++)
        {
            // the layout makes endpoint i share its address with i ^ 1 and its port with i ^ 2, and share nothing else
            for (int other = 0; other < i; other++)
            {
                bool isSameHost = endpoints[i].Host == endpoints[other].Host;
                bool isSamePort = endpoints[i].Port == endpoints[other].Port;
                if (isSameHost != ((i ^ other) == PortBit) || isSamePort != ((i ^ other) == AddressBit))
                {
                    return "the endpoints of a server are A1:P1, A1:P2, A2:P1, A2:P2 or the first one or two of these";
                }
            }
        }

        if (endpoints.Length < 4) { return null; }

        bool isNamed = !endpoints[0].Host.IsAny && !endpoints[2].Host.IsAny;
        return isNamed && endpoints[0].Host.IsV6 == endpoints[2].Host.IsV6 ? null : "a server with two addresses names both, of one family";
    }

    /// <summary>The endpoint that was asked, the one that is named as the other, the one that answers, and the destination.</summary>
    private readonly record struct Route(int ReceivedOn, int Other, int From, TransportAddress To);
}
