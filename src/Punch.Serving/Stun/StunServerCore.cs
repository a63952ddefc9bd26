using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

/// <summary>
/// The decision of a STUN server: RFC 8489 §6.3, RFC 5780 §6 and RFC 3489 §8.1, as a pure function from a datagram to at most one
/// answer. It holds no state, allocates nothing, throws at no bytes, and knows no credentials.
/// <para>
/// It answers Binding requests only; to all else, be it an indication, an answer, another method, a wrong fingerprint or no STUN at all, it
/// is silent, so two servers can never keep each other busy. It answers the host that asked and nobody else.
/// </para>
/// <para>
/// XOR-MAPPED-ADDRESS is in every answer, FINGERPRINT if the request had one. The rest is there as far as
/// <see cref="StunServerOptions.ReplySize"/> leaves room, and is dropped in this order: PADDING shrinks first, then MAPPED-ADDRESS goes,
/// then RESPONSE-ORIGIN, then OTHER-ADDRESS (or OTHER-PORT). RESPONSE-ORIGIN and OTHER-ADDRESS need a second address, OTHER-PORT a second
/// port.
/// </para>
/// </summary>
internal sealed partial class StunServerCore
{
    /// <summary>The longest answer to a request without PADDING: header(20) + four IPv6 addresses(96) + fingerprint(8).</summary>
    public const int MaxPlainReplyLength = 124;

    /// <summary>The most attributes an answer 420 names.</summary>
    public const int MaxUnknownAttributes = 16;

    private const int PortBit = 1;
    private const int AddressBit = 2;
    private const int FingerprintLength = StunAttribute.HeaderLength + StunIntegrity.FingerprintLength;

    /// <summary>
    /// The comprehension-required attributes a Binding request may carry: those of RFC 8489, which a server without credentials reads past,
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

    /// <param name="options">What to answer from.</param>
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
    /// <param name="request">The bytes that came.</param>
    /// <param name="client">Where they came from.</param>
    /// <param name="receivedOn">Index of the endpoint they came to.</param>
    /// <param name="reply">
    /// Takes the answer; <see cref="MaxPlainReplyLength"/> bytes or as many as the request has, whichever is more, never truncate it.
    /// </param>
    /// <param name="answer">What to send; default when the result is false.</param>
    /// <returns>False when there is nothing to send.</returns>
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

    /// <summary>Which endpoint is named as the other one; it does not depend on where the answer leaves.</summary>
    private int OtherOf(int receivedOn, bool isBare)
    {
        if (!HasTwoAddresses) { return receivedOn ^ PortBit; }

        // RFC 5780 §6.1, table 1 has the change of both, seen from where the request came in. A bare request gets the second address
        // instead, also on the second address itself, as coturn has it: its turnutils_natdiscovery goes from A2:P1 to what it is told there
        // and takes that for A2:P2. Who asks A1 first, or with any attribute, sees no difference.
        return isBare ? (receivedOn | AddressBit) ^ PortBit : receivedOn ^ (AddressBit | PortBit);
    }

    /// <summary>Answers a request with attributes; the usual one has none, and none of this to pay for.</summary>
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

    /// <summary>Whether an answer sent there can reach the one host that asked, and is not a server of ours.</summary>
    private bool IsAnswerable(in TransportAddress to) =>
        to.Port != 0 && !to.Host.IsAny && !to.Host.IsMulticast && !to.Host.IsLimitedBroadcast && !_endpoints.AsSpan().Contains(to);

    /// <summary>
    /// What leads to 420: the unknown, and a CHANGE-REQUEST for which there is no second address or port (RFC 5780 §6.1).
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

        // RFC 5780 §6 knows no server with one address. Ours changes the port all the same: it tells APDF from the other filters.
        return HasTwoAddresses || (HasTwoPorts && (change & StunChange.Address) == 0);
    }

    /// <summary>Obeys CHANGE-REQUEST and RESPONSE-PORT; false when they are malformed or exclude each other.</summary>
    private static bool TryFindRoute(in StunMessage message, in Route back, out Route route)
    {
        route = back;
        StunChange change = StunChange.None;
        if (message.Has(StunAttributeType.ChangeRequest) && !message.TryGetChangeRequest(out change)) { return false; }

        route = back with { From = back.ReceivedOn ^ FlipsOf(change) };
        if (!message.Has(StunAttributeType.ResponsePort)) { return true; }

        // RFC 5780 §6.1: RESPONSE-PORT with PADDING gets 400, lest fragments go where nobody asked for them
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

    /// <summary>Which endpoint was asked, which is named as the other one, which answers, and where to.</summary>
    private readonly record struct Route(int ReceivedOn, int Other, int From, TransportAddress To);
}
