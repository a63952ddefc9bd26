using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// One side of a key exchange on P-256 (RFC 5903), new with each process or sooner (<see cref="OwnKeys"/>). Who learns the code later
/// cannot read what was said, because this key is gone by then.
/// </summary>
public sealed class EphemeralKey : IDisposable
{
    /// <summary>Bytes of a private scalar.</summary>
    public const int ScalarLength = 32;

    /// <summary>Bytes of a public key: both coordinates, big endian.</summary>
    public const int PublicKeyLength = 2 * CurvePoint.CoordinateLength;

    internal const int SharedSecretLength = CurvePoint.CoordinateLength;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _publicKey = new byte[PublicKeyLength];

    private EphemeralKey(ECDiffieHellman key)
    {
        _key = key;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        point.X!.CopyTo(_publicKey, 0);
        point.Y!.CopyTo(_publicKey, CurvePoint.CoordinateLength);
    }

    /// <summary>X and Y, 32 bytes each, big endian.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>A key from random bytes.</summary>
    /// <param name="random"><see cref="ScalarLength"/> bytes of a secure source; brought into the range of private keys.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public static EphemeralKey Create(ReadOnlySpan<byte> random)
    {
        if (random.Length != ScalarLength) { throw new ArgumentException("a private key takes 32 random bytes", nameof(random)); }

        byte[] scalar = Secret.Allocate(ScalarLength);
        CurvePoint.ReduceScalar(random, scalar);
        ECDiffieHellman key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        CryptographicOperations.ZeroMemory(scalar);
        return new EphemeralKey(key);
    }

    /// <summary>Wipes the private key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Not a key: a fixed word.</summary>
    public override string ToString() => "(key of a party)";

    /// <summary>The x coordinate of the shared point, RFC 5903 §9.</summary>
    /// <param name="theirs">The other side's public key, 64 bytes.</param>
    /// <param name="secret">Takes 32 bytes; wipe them after use.</param>
    /// <returns>False, with nothing written, for another length, a coordinate that is not reduced, or a point off the curve.</returns>
    internal bool TryAgree(ReadOnlySpan<byte> theirs, Span<byte> secret)
    {
        // The platform throws for such a point; the bytes are a stranger's.
        if (!CurvePoint.IsOnCurve(theirs)) { return false; }

        var point = new ECPoint
        {
            X = theirs[..CurvePoint.CoordinateLength].ToArray(),
            Y = theirs[CurvePoint.CoordinateLength..].ToArray(),
        };
        using ECDiffieHellman other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        using ECDiffieHellmanPublicKey otherKey = other.PublicKey;
        byte[] shared = _key.DeriveRawSecretAgreement(otherKey);
        shared.CopyTo(secret);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }
}
