using System.Buffers.Binary;
using System.Security.Cryptography;
using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>The value of a NONCE.</summary>
internal enum CookieAge
{
    /// <summary>This server did not make it, or it is for another address, or it has expired.</summary>
    Invalid,

    /// <summary>It proves the address.</summary>
    Fresh,

    /// <summary>It proves the address, and soon expires.</summary>
    Aging,
}

/// <summary>
/// Makes and checks the NONCE by which a client proves that it receives at its address. Nothing is stored: the NONCE is a keyed hash of
/// address, port, transport and period. It is valid in its own period and the next, that is for two to four minutes.
/// </summary>
/// <remarks>
/// <code>
/// +---------------+-----------------------------------------------+
/// |  period (32)  | SipHash-2-4-128(address, port, period, kind)  |
/// +---------------+-----------------------------------------------+
/// </code>
/// </remarks>
internal readonly struct ReturnCookie(ulong key0, ulong key1)
{
    /// <summary>Bytes: period(4) + hash(16).</summary>
    public const int Length = 20;

    /// <summary>Clients join again every 15 s, so they meet each period.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    private readonly SipHash _hash = new(key0, key1);

    /// <summary>Writes the nonce for this address.</summary>
    public void Write(in TransportAddress client, Instant now, Span<byte> nonce) => Write(client, PeriodOf(now), nonce);

    /// <summary>Checks a NONCE that came from this address.</summary>
    public CookieAge Check(ReadOnlySpan<byte> nonce, in TransportAddress client, Instant now)
    {
        if (nonce.Length != Length) { return CookieAge.Invalid; }

        uint given = BinaryPrimitives.ReadUInt32BigEndian(nonce);
        uint age = unchecked(PeriodOf(now) - given);
        if (age > 1) { return CookieAge.Invalid; }

        Span<byte> expected = stackalloc byte[Length];
        Write(client, given, expected);
        if (!CryptographicOperations.FixedTimeEquals(nonce, expected)) { return CookieAge.Invalid; }

        return age == 0 ? CookieAge.Fresh : CookieAge.Aging;
    }

    private void Write(in TransportAddress client, uint period, Span<byte> nonce)
    {
        AddressWords address = AddressWords.Of(client.Host);
        ulong rest = ((ulong)client.Transport << 48) | ((ulong)period << 16) | client.Port;
        (ulong low, ulong high) = _hash.LongOf(address.High, address.Low, rest);
        BinaryPrimitives.WriteUInt32BigEndian(nonce, period);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], low);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[12..], high);
    }

    private static uint PeriodOf(Instant now) => unchecked((uint)(now.Ticks / Period.Ticks));
}
