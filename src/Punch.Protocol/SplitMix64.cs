namespace Punch.Protocol;

/// <summary>
/// A repeatable sequence of random numbers from a 64-bit seed (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"). It is
/// for waits, jitter and simulated loss. It is not for secrets: ids and keys come from the driver's secure source.
/// </summary>
public struct SplitMix64(ulong seed) : IEquatable<SplitMix64>
{
    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E37_79B9_7F4A_7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A random number, uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A random number, uniform in [0, <paramref name="bound"/>). The bias is below 2^-32 for any int bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(Next() % (ulong)bound);
    }

    /// <summary>A random duration, uniform in [0, <paramref name="longest"/>].</summary>
    public TimeSpan NextDuration(TimeSpan longest) => new((long)(NextDouble() * (longest.Ticks + 1)));

    /// <inheritdoc/>
    public readonly bool Equals(SplitMix64 other) => _state == other._state;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SplitMix64 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _state.GetHashCode();

    /// <summary>Whether both will give the same numbers.</summary>
    public static bool operator ==(SplitMix64 a, SplitMix64 b) => a.Equals(b);

    /// <summary>Whether they will give different numbers.</summary>
    public static bool operator !=(SplitMix64 a, SplitMix64 b) => !a.Equals(b);
}
