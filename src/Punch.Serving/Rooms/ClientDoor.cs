using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;

namespace Punch.Serving.Rooms;

/// <summary>
/// What every request with a NONCE passes, be it a join or a bind: whether its sender's address is proven, and whether it comes too
/// often. It also names what the server tells unasked. Not for concurrent use.
/// </summary>
internal sealed class ClientDoor
{
    private readonly ReturnCookie _cookie;
    private readonly SipHash _ids;
    private readonly CommonParts _common;
    private readonly byte[] _nonce = new byte[ReturnCookie.Length];
    private readonly ulong _number;
    private ulong _named;

    /// <param name="common">The secret, the limit of joins, and the password.</param>
    /// <param name="number">The number of the machine.</param>
    public ClientDoor(CommonParts common, int number)
    {
        var keys = new KeySource(common.Options.Key0, common.Options.Key1);
        (ulong First, ulong Second)
            cookie = keys.For(KeyPurpose.ReturnCookie),
            id = keys.For(KeyPurpose.NoticeId);
        _cookie = new ReturnCookie(cookie.First, cookie.Second);
        _ids = new SipHash(id.First, id.Second);
        (_common, _number) = (common, (ulong)number);
    }

    /// <summary>What requests with a proven address pass next.</summary>
    public PasswordDoor Password => _common.Password;

    /// <summary>Whether anything can be sent to the one host that seems to ask.</summary>
    public static bool IsAnswerable(in TransportAddress client) =>
        client.Port != 0 && !client.Host.IsAny && !client.Host.IsMulticast && !client.Host.IsLimitedBroadcast;

    /// <summary>Decides about one request, and counts it.</summary>
    /// <param name="nonce">What it has as a NONCE.</param>
    /// <param name="client">Where it seems to come from.</param>
    /// <param name="now">When.</param>
    /// <param name="proof">What the NONCE is worth.</param>
    public JoinPass Check(ReadOnlySpan<byte> nonce, in TransportAddress client, Instant now, out CookieAge proof)
    {
        // First of all: who has proven its address is not to be refused because of those who have not.
        proof = _cookie.Check(nonce, client, now);
        return _common.Gate?.Check(client.Host, proof != CookieAge.Invalid, now) ?? JoinPass.Taken;
    }

    /// <summary>A NONCE for this address, valid until the next call.</summary>
    public ReadOnlySpan<byte> FreshNonce(scoped in TransportAddress client, Instant now)
    {
        _cookie.Write(client, now, _nonce);
        return _nonce;
    }

    /// <summary>The name of the next notice.</summary>
    public TransactionId NextId()
    {
        Span<byte> id = stackalloc byte[16];
        NameWords words = new(_ids.Of(_named, 2 * _number), _ids.Of(_named, (2 * _number) + 1));
        words.Write(id);
        _named = unchecked(_named + 1);
        return TransactionId.FromBytes(id[..TransactionId.Length]);
    }
}
