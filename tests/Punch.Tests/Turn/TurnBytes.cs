using System.Security.Cryptography;
using System.Text;
using Punch.Tests.Stun;

namespace Punch.Tests.Turn;

/// <summary>Messages of a TURN server, byte by byte, and the numbers of RFC 8656.</summary>
internal static class TurnBytes
{
    public const ushort Peer = 0x0012;
    public const ushort Data = 0x0013;
    public const ushort Relayed = 0x0016;
    public const ushort Lifetime = 0x000D;
    public const ushort Nonce = 0x0015;
    public const ushort Realm = 0x0014;
    public const ushort ErrorCode = 0x0009;
    public const ushort Algorithms = 0x8002;
    public const ushort Alternate = 0x8023;
    public const ushort DataIndication = 0x0017;

    /// <summary>The type of a success reply to a method below 0x010.</summary>
    public static ushort Success(StunMethod method) => (ushort)(0x0100 | (int)method);

    /// <summary>The type of an error reply to a method below 0x010.</summary>
    public static ushort Error(StunMethod method) => (ushort)(0x0110 | (int)method);

    public static byte[] Code(int code) => [0, 0, (byte)(code / 100), (byte)(code % 100)];

    public static StunBytes Challenge(StunMethod method, int code = 401, string? realm = "example.org", string nonce = "nonce-1")
    {
        StunBytes bytes = new StunBytes(Error(method)).With(ErrorCode, Code(code));
        if (realm is not null) { bytes = bytes.With(Realm, realm); }

        return bytes.With(Nonce, nonce);
    }

    /// <summary>The key by RFC 8489 §9.2.2, from the platform's hashes.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "RFC 8489 §9.2.2")]
    public static byte[] Key(string user, string password, bool isSha256 = false, string realm = "example.org")
    {
        byte[] text = Encoding.UTF8.GetBytes($"{user}:{realm}:{password}");
        return isSha256 ? SHA256.HashData(text) : MD5.HashData(text);
    }
}
