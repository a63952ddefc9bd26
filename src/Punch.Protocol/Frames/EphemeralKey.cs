using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// One side of a key exchange on P-256 (RFC 5903), new with each process or sooner (<see cref="OwnKeys"/>). The key is wiped after use. So
/// a later thief of the code cannot decrypt recorded traffic.
/// </summary>
public sealed class EphemeralKey : IDisposable
{
    /// <summary>The length of a private scalar in bytes.</summary>
    public const int ScalarLength = 32;

    /// <summary>The length of a public key in bytes: both coordinates, big endian.</summary>
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

    /// <summary>The public key: X and Y, 32 bytes each, big endian.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Makes a key from random bytes.</summary>
    /// <param name="random"><see cref="ScalarLength"/> bytes from a secure source. They are mapped to the range of private keys.</param>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
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

    /// <summary>A constant text, so that no log shows the key.</summary>
    public override string ToString() => "(key of a party)";

    /// <summary>Computes the x coordinate of the shared point, RFC 5903 §9.</summary>
    /// <param name="theirs">The peer's public key, 64 bytes.</param>
    /// <param name="secret">Receives 32 bytes; wipe them after use.</param>
    /// <returns>False, with nothing written, if the length is wrong, a coordinate is not reduced, or the point is off the curve.</returns>
    internal bool TryAgree(ReadOnlySpan<byte> theirs, Span<byte> secret)
    {
        // The platform throws for such a point, and the bytes come from a stranger.
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
