using System.Globalization;

namespace Punch.Protocol;

/// <summary>A block of addresses that share the first <paramref name="Bits"/> bits of <paramref name="Address"/>.</summary>
/// <param name="Address">An address of the block. Its other bits do not matter.</param>
/// <param name="Bits">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
public readonly record struct Prefix(HostAddress Address, int Bits)
{
    /// <summary>Whether an address is in the block; false for the other family.</summary>
    public bool Contains(HostAddress address) => address.SharesPrefix(Address, Bits);

    /// <summary>Reads a block from its usual text, such as <c>10.0.0.0/8</c>, for constants and tests.</summary>
    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static Prefix Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !HostAddress.TryParse(text[..slash], out HostAddress address))
        {
            throw new FormatException($"'{text}' is not ADDRESS/BITS");
        }

        int bits = int.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return bits <= 8 * address.ByteCount ? new Prefix(address, bits) : throw new FormatException($"'{text}' has too many bits");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Bits}");
}
