namespace Punch.Protocol.Discovery;

/// <summary>
/// The result of the tests about one behaviour. It is known if one candidate is left. Otherwise it lists all candidates that fit the
/// observations.
/// </summary>
/// <typeparam name="T">The behaviour.</typeparam>
public sealed class Finding<T> : IEquatable<Finding<T>>
    where T : struct, Enum
{
    internal Finding(IReadOnlyList<T> candidates, UnknownReason reason)
    {
        Candidates = candidates;
        Reason = reason;
    }

    /// <summary>The possible values, in the order of the enumeration; never empty.</summary>
    public IReadOnlyList<T> Candidates { get; }

    /// <summary>Why there is more than one candidate; <see cref="UnknownReason.None"/> if there is one.</summary>
    public UnknownReason Reason { get; }

    /// <summary>Whether one candidate is left.</summary>
    public bool IsKnown => Candidates.Count == 1;

    /// <summary>The only candidate; null if there are more.</summary>
    public T? Value => IsKnown ? Candidates[0] : null;

    /// <summary>Whether this value is possible.</summary>
    public bool Allows(T value) => Candidates.Contains(value);

    /// <inheritdoc/>
    public bool Equals(Finding<T>? other) => other is not null && Reason == other.Reason && Candidates.SequenceEqual(other.Candidates);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Finding<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Candidates.Count, Candidates[0], Reason);

    /// <inheritdoc/>
    public override string ToString() => IsKnown ? $"{Candidates[0]}" : $"{string.Join('|', Candidates)} ({Reason})";
}

/// <summary>Makes findings.</summary>
public static class Finding
{
    /// <summary>A finding with exactly this value.</summary>
    public static Finding<T> Known<T>(T value)
        where T : struct, Enum => new([value], UnknownReason.None);

    /// <summary>A finding with these candidates; known if there is only one.</summary>
    public static Finding<T> OneOf<T>(UnknownReason reason, params IReadOnlyList<T> candidates)
        where T : struct, Enum => candidates.Count == 1 ? Known(candidates[0]) : new([.. candidates], reason);

    /// <summary>A finding with every value as a candidate.</summary>
    public static Finding<T> Unknown<T>(UnknownReason reason)
        where T : struct, Enum => new(Enum.GetValues<T>(), reason);
}
