namespace Punch.Protocol.Streams;

/// <summary>What a side says of itself at the beginning: pairs of numbers. Numbers that are not known are ignored.</summary>
/// <param name="Use">What the streams are for.</param>
internal readonly record struct StreamSettings(StreamUse Use)
{
    /// <summary>The most bytes of the pairs that this version writes.</summary>
    public const int MaxLength = 2 * VarInt.MaxLength;

    private const ulong UseId = 1;

    /// <summary>Writes the pairs and returns their length.</summary>
    public int Write(Span<byte> destination)
    {
        int length = VarInt.Write(UseId, destination);
        return length + VarInt.Write((ulong)Use, destination[length..]);
    }

    /// <summary>Reads pairs, any bytes; false if they are broken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pairs, out StreamSettings settings)
    {
        settings = default;
        while (!pairs.IsEmpty)
        {
            if (!VarInt.TryRead(ref pairs, out ulong id) || !VarInt.TryRead(ref pairs, out ulong value)) { return false; }

            if (id == UseId) { settings = new StreamSettings((StreamUse)Math.Min(value, int.MaxValue)); }
        }

        return true;
    }
}
