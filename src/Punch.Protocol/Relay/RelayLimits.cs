namespace Punch.Protocol.Relay;

/// <summary>What one relayed session may use, as its server tells both sides.</summary>
/// <param name="BytesPerSecond">The highest rate in each direction; 0 for no limit.</param>
/// <param name="Volume">The most bytes of both directions together; 0 for no limit.</param>
public readonly record struct RelayLimits(uint BytesPerSecond, ulong Volume)
{
    /// <summary>Its length on the wire, in bytes.</summary>
    internal const int Length = sizeof(uint) + sizeof(ulong);
}
