namespace Punch.Protocol.Channels;

/// <summary>How much data there was.</summary>
/// <param name="Datagrams">How many datagrams.</param>
/// <param name="Bytes">Bytes in them.</param>
public readonly record struct Volume(long Datagrams, long Bytes)
{
    /// <summary>What one has more than the other.</summary>
    public static Volume operator -(Volume a, Volume b) => new(a.Datagrams - b.Datagrams, a.Bytes - b.Bytes);

    /// <inheritdoc cref="op_Subtraction"/>
    public static Volume Subtract(Volume left, Volume right) => left - right;

    /// <summary>The same and another datagram.</summary>
    internal Volume And(int bytes) => new(Datagrams + 1, Bytes + bytes);
}
