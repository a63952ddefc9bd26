using System.Security.Cryptography;
using System.Text;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Turn;

/// <summary>
/// Long-term credentials for one server (RFC 8489 §9.2). The first request goes without them. The server's challenge names a realm, a nonce
/// and perhaps algorithms, and every request after that is signed.
/// </summary>
/// <param name="user">The user name. That of a temporary password is <c>expiry:name</c>.</param>
/// <param name="password">The password. This object copies it, and wipes the copy.</param>
internal sealed class TurnCredentials(string user, ReadOnlySpan<byte> password) : IDisposable
{
    private const int MaxAlgorithms = 8;

    // Each with the length of its parameters and no parameters: RFC 8489 §14.11.
    private const int MaxAlgorithmBytes = 4 * MaxAlgorithms;

    private readonly byte[] _user = Encoding.UTF8.GetBytes(user);
    private readonly byte[] _password = password.ToArray();
    private readonly byte[] _key = new byte[StunCredentials.MaxKeyLength];
    private readonly byte[] _userhash = new byte[StunLimits.Userhash];
    private byte[] _realm = [];
    private byte[] _nonce = [];
    private byte[] _algorithms = [];
    private StunPasswordAlgorithm _algorithm = StunPasswordAlgorithm.Md5;
    private int _keyLength;
    private bool _hidesUser;

    /// <summary>Whether a challenge was taken, so that requests are signed.</summary>
    public bool IsSigning => _keyLength > 0;

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    // RFC 8489 §9.2.3.2: a server that names algorithms knows the stronger integrity, and gets only that.
    private bool IsSha256 => _algorithms.Length > 0;

    /// <summary>Takes a 401 or 438. RFC 8489 §9.2.1: one that lost the algorithms on its way is ignored, as if it had not come.</summary>
    public ChallengeOutcome Take(in TurnReply reply)
    {
        if (!reply.Message.TryGetNonce(out ReadOnlySpan<byte> nonce) || nonce.Length is 0 or > StunLimits.TextSent)
        {
            return ChallengeOutcome.Ignored;
        }

        ReadOnlySpan<byte> realm = reply.Message.TryGetRealm(out ReadOnlySpan<byte> named) ? named : _realm;
        if (realm.Length > StunLimits.TextSent || (realm.IsEmpty && !IsSigning)) { return ChallengeOutcome.Ignored; }

        // A wrong password is no better with another nonce.
        bool isSame = IsSigning && realm.SequenceEqual(_realm);
        if (reply.Error == StunErrorCode.Unauthenticated && isSame) { return ChallengeOutcome.Refused; }

        StunNonce.TryGetFeatures(nonce, out StunSecurityFeatures features);
        ChallengeOutcome outcome = Choose(reply.Message, features, isSame);
        if (outcome != ChallengeOutcome.Taken) { return outcome; }

        (_nonce, _realm) = (nonce.ToArray(), realm.ToArray());
        _hidesUser = features.HasFlag(StunSecurityFeatures.UsernameAnonymity);
        return TryDerive() ? ChallengeOutcome.Taken : ChallengeOutcome.Unsupported;
    }

    /// <summary>Signs a request; nothing is written before a challenge. Only the fingerprint may follow.</summary>
    public bool TryWrite(ref StunWriter writer)
    {
        if (!IsSigning) { return true; }

        return (_hidesUser ? writer.TryWriteUserhash(_userhash) : writer.TryWriteUsername(_user))
            && writer.TryWriteNonce(_nonce)
            && writer.TryWriteRealm(_realm)
            && (IsSha256 ? TryWriteSha256(ref writer) : writer.TryWriteIntegrity(Key));
    }

    /// <summary>
    /// Whether a reply can be the server's. A success must be signed once requests are, and so must the name of another server. An error
    /// may come before the server looked at the credentials.
    /// </summary>
    public bool Admits(in TurnReply reply)
    {
        if (!IsSigning) { return true; }

        bool isSigned = reply.Message.Has(StunAttributeType.MessageIntegrity)
            || reply.Message.Has(StunAttributeType.MessageIntegritySha256);
        return isSigned ? HasSigned(reply) : reply.Error is not (null or StunErrorCode.TryAlternate);
    }

    /// <summary>Forgets the challenge: the next server has its own.</summary>
    public void Forget()
    {
        (_realm, _nonce, _algorithms, _keyLength, _hidesUser) = ([], [], [], 0, false);
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>Wipes the password and the key.</summary>
    public void Dispose()
    {
        Forget();
        CryptographicOperations.ZeroMemory(_password);
    }

    private bool HasSigned(in TurnReply reply) =>
        IsSha256 ? reply.Message.HasValidIntegritySha256(Key) : reply.Message.HasValidIntegrity(Key);

    private bool TryWriteSha256(ref StunWriter writer) =>
        writer.TryWrite(StunAttributeType.PasswordAlgorithms, _algorithms)
        && writer.TryWritePasswordAlgorithm(_algorithm)
        && writer.TryWriteIntegritySha256(Key);

    private ChallengeOutcome Choose(in StunMessage message, StunSecurityFeatures features, bool isSame)
    {
        if (!message.TryGetValue(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> list))
        {
            bool isMissing = features.HasFlag(StunSecurityFeatures.PasswordAlgorithms) && !(isSame && IsSha256);
            if (isMissing) { return ChallengeOutcome.Ignored; }

            if (!isSame) { (_algorithms, _algorithm) = ([], StunPasswordAlgorithm.Md5); }

            return ChallengeOutcome.Taken;
        }

        Span<StunPasswordAlgorithm> offered = stackalloc StunPasswordAlgorithm[MaxAlgorithms];
        bool isList = message.TryGetPasswordAlgorithms(offered, out int count) && list.Length <= MaxAlgorithmBytes;
        if (!isList) { return ChallengeOutcome.Ignored; }

        foreach (StunPasswordAlgorithm algorithm in offered[..count])
        {
            if (algorithm is not (StunPasswordAlgorithm.Md5 or StunPasswordAlgorithm.Sha256)) { continue; }

            (_algorithms, _algorithm) = (list.ToArray(), algorithm);
            return ChallengeOutcome.Taken;
        }

        return ChallengeOutcome.Unsupported;
    }

    private bool TryDerive() =>
        StunCredentials.TryGetLongTermKey(_algorithm, _user, _realm, _password, _key, out _keyLength)
        && (!_hidesUser || StunCredentials.TryGetUserhash(_user, _realm, _userhash));
}

/// <summary>What came of a challenge.</summary>
internal enum ChallengeOutcome
{
    /// <summary>The request is to be repeated, signed.</summary>
    Taken,

    /// <summary>It is no challenge, or somebody weakened it on its way.</summary>
    Ignored,

    /// <summary>The server does not take these credentials.</summary>
    Refused,

    /// <summary>The server takes only algorithms that this code does not know, or the credentials are too long.</summary>
    Unsupported,
}
