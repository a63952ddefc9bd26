using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>The curve P-256 (FIPS 186-4 §D.1.2.3): y² = x³ - 3x + b modulo p, of n points.</summary>
internal static class CurvePoint
{
    /// <summary>The length of a coordinate in bytes.</summary>
    public const int CoordinateLength = 32;

    private static readonly BigInteger P = Parse("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Parse("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    private static ReadOnlySpan<byte> OrderMinusOne =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x50,
    ];

    /// <summary>
    /// Whether 64 bytes are the reduced coordinates of a point on the curve. The curve's order is prime, so each such point is a valid key.
    /// </summary>
    public static bool IsOnCurve(ReadOnlySpan<byte> point)
    {
        if (point.Length != 2 * CoordinateLength) { return false; }

        var x = new BigInteger(point[..CoordinateLength], isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point[CoordinateLength..], isUnsigned: true, isBigEndian: true);
        return x < P && y < P && (y * y - (x * x - 3) * x - B) % P == BigInteger.Zero;
    }

    /// <summary>
    /// Maps 32 random bytes to 1 to n - 1: modulo n - 1, plus 1. Some 2^224 of the values are more likely, one in 2^32. That helps no
    /// attacker: the scalar is used once and only multiplied.
    /// </summary>
    public static void ReduceScalar(ReadOnlySpan<byte> random, Span<byte> scalar)
    {
        // The time must not depend on the number: subtract, and select the result with a mask.
        Span<byte> difference = stackalloc byte[CoordinateLength];
        int borrow = Subtract(random, OrderMinusOne, difference);
        int carry = 1;
        for (int i = CoordinateLength - 1; i >= 0; i--)
        {
            int chosen = borrow * random[i] + (1 - borrow) * difference[i];
            carry += chosen;
            scalar[i] = (byte)(carry & 0xFF);
            carry >>= 8;
        }

        CryptographicOperations.ZeroMemory(difference);
    }

    /// <summary>Returns 1 if the second number is larger, else 0.</summary>
    private static int Subtract(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> difference)
    {
        int borrow = 0;
        for (int i = left.Length - 1; i >= 0; i--)
        {
            int value = left[i] - right[i] - borrow;
            difference[i] = (byte)(value & 0xFF);
            borrow = (value >> 8) & 1;
        }

        return borrow;
    }

    private static BigInteger Parse(string hexadecimal) =>
        BigInteger.Parse("0" + hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
