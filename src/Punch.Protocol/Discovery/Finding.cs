namespace Punch.Protocol.Discovery;

/// <summary>
/// What the tests say about one behaviour: known when one candidate is left, else those that agree with all that was seen.
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

    /// <summary>What may be, in the order of the enumeration; never empty.</summary>
    public IReadOnlyList<T> Candidates { get; }

    /// <summary>Why there is more than one candidate; <see cref="UnknownReason.None"/> when there is not.</summary>
    public UnknownReason Reason { get; }

    /// <summary>Whether one candidate is left.</summary>
    public bool IsKnown => Candidates.Count == 1;

    /// <summary>The only candidate; null when there are more.</summary>
    public T? Value => IsKnown ? Candidates[0] : null;

    /// <summary>Whether this may be.</summary>
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
    /// <summary>Exactly this.</summary>
    public static Finding<T> Known<T>(T value)
        where T : struct, Enum => new([value], UnknownReason.None);

    /// <summary>One of these; known when it is one.</summary>
    public static Finding<T> OneOf<T>(UnknownReason reason, params IReadOnlyList<T> candidates)
        where T : struct, Enum => candidates.Count == 1 ? Known(candidates[0]) : new([.. candidates], reason);

    /// <summary>Any of them.</summary>
    public static Finding<T> Unknown<T>(UnknownReason reason)
        where T : struct, Enum => new(Enum.GetValues<T>(), reason);
}
