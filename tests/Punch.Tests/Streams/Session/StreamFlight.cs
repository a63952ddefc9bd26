namespace Punch.Tests.Streams.Session;

/// <summary>A sealed frame under way.</summary>
/// <param name="To">The side that it goes to.</param>
/// <param name="Keys">Which keys it is sealed with.</param>
/// <param name="Number">Its counter.</param>
/// <param name="Body">The packet; null for a frame of another kind.</param>
internal readonly record struct StreamFlight(int To, int Keys, ulong Number, byte[]? Body);
