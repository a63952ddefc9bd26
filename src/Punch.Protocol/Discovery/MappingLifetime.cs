namespace Punch.Protocol.Discovery;

/// <summary>How long a mapping or a permission of the filter lives without traffic.</summary>
/// <param name="Alive">The longest wait after which it was found alive.</param>
/// <param name="Dead">The shortest wait after which it was found dead; null when it outlived the test.</param>
public readonly record struct MappingLifetime(TimeSpan Alive, TimeSpan? Dead);
