namespace Punch.Protocol.Discovery;

/// <summary>How long a mapping or a permission of the filter lives without traffic.</summary>
/// <param name="Alive">The longest wait that it survived.</param>
/// <param name="Dead">The shortest wait that it did not survive; null if it outlived the test.</param>
public readonly record struct MappingLifetime(TimeSpan Alive, TimeSpan? Dead);
