using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Punch.Protocol;

/// <summary>
/// An IPv4 or IPv6 address as a value: <c>==</c> compares the address, not a reference, and it costs no allocation. An IPv4 address mapped
/// into IPv6 (<c>::ffff:a.b.c.d</c>) becomes that IPv4 address.
/// </summary>
public readonly record struct HostAddress
{
    private readonly UInt128 _bits;
    private readonly bool _isV6;

    private HostAddress(UInt128 bits, bool isV6, uint scopeId)
    {
        _bits = bits;
        _isV6 = isV6;
        ScopeId = scopeId;
    }

    /// <summary>0.0.0.0, which as a local address means all IPv4 addresses.</summary>
    public static readonly HostAddress AnyV4 = new(UInt128.Zero, false, 0);

    /// <summary>::, which as a local address means all IPv6 addresses.</summary>
    public static readonly HostAddress AnyV6 = new(UInt128.Zero, true, 0);

    /// <summary>The IPv6 scope (interface index) of a link-local address; 0 otherwise.</summary>
    public uint ScopeId { get; }

    /// <summary>Whether this is an IPv6 address.</summary>
    public bool IsV6 => _isV6;

    /// <summary>The address family in the terms of the socket layer.</summary>
    public AddressFamily Family => _isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>The number of bytes that <see cref="Write"/> writes: 4 or 16.</summary>
    public int ByteCount => _isV6 ? 16 : 4;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsAny => _bits == UInt128.Zero;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => _isV6 ? _bits == UInt128.One : (uint)_bits >> 24 == 127;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => _isV6 ? (byte)(_bits >> 120) == 0xFF : (uint)_bits >> 28 == 0xE;

    /// <summary>255.255.255.255.</summary>
    public bool IsLimitedBroadcast => !_isV6 && (uint)_bits == uint.MaxValue;

    /// <summary>Makes an address from 4 or 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public static HostAddress FromBytes(ReadOnlySpan<byte> bytes, uint scopeId = 0) => bytes.Length switch
    {
        4 => new HostAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), false, 0),
        16 => FromV6(BinaryPrimitives.ReadUInt128BigEndian(bytes), scopeId),
        _ => throw new ArgumentException("an address has 4 or 16 bytes", nameof(bytes)),
    };

    /// <summary>Makes an address from the platform's type.</summary>
    public static HostAddress FromIPAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        uint scope = address.IsIPv6LinkLocal ? (uint)(address.ScopeId & uint.MaxValue) : 0;
        return FromBytes(bytes[..written], scope);
    }

    /// <summary>Reads an address from its usual text. It refuses the historic short forms such as <c>5</c> or <c>10.1</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out IPAddress? parsed)) { return false; }

        if (parsed.AddressFamily == AddressFamily.InterNetwork && text!.Count('.') != 3) { return false; }

        address = FromIPAddress(parsed);
        return true;
    }

    /// <summary>Reads an address from its usual text, for constants and tests.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static HostAddress Parse(string text) =>
        TryParse(text, out HostAddress address) ? address : throw new FormatException($"'{text}' is not an address");

    /// <summary>The same address on a link of this machine; for IPv6.</summary>
    public HostAddress WithScope(uint scopeId) => new(_bits, _isV6, scopeId);

    /// <summary>Writes the address in network order and returns how many bytes that took.</summary>
    public int Write(Span<byte> destination)
    {
        if (_isV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination, _bits);
            return 16;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_bits);
        return 4;
    }

    /// <summary>
    /// Whether the first <paramref name="bits"/> bits equal those of <paramref name="other"/>; false for different families.
    /// </summary>
    internal bool SharesPrefix(HostAddress other, int bits)
    {
        int width = _isV6 ? 128 : 32;
        return _isV6 == other._isV6 && (bits <= 0 || (_bits ^ other._bits) >> (width - Math.Min(bits, width)) == UInt128.Zero);
    }

    /// <summary>The platform's type for this address.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = Write(bytes);
        return _isV6 ? new IPAddress(bytes, ScopeId) : new IPAddress(bytes[..count]);
    }

    /// <summary>Finds the name of a scope. A program sets it once, at its start. Without it, scopes are printed as numbers.</summary>
    public static Func<uint, string?>? ScopeName { get; set; }

    /// <inheritdoc/>
    public override string ToString() => ScopeId != 0 && ScopeName?.Invoke(ScopeId) is { } name
        ? $"{new HostAddress(_bits, _isV6, 0).ToIPAddress()}%{name}"
        : ToIPAddress().ToString();

    private static HostAddress FromV6(UInt128 bits, uint scopeId)
    {
        bool isMapped = bits >> 32 == 0xFFFF;
        return isMapped ? new HostAddress((uint)(bits & uint.MaxValue), false, 0) : new HostAddress(bits, true, scopeId);
    }
}
