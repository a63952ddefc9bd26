namespace Punch.Protocol.Channels;

/// <summary>An amount of data.</summary>
/// <param name="Datagrams">The number of datagrams.</param>
/// <param name="Bytes">The number of bytes in them.</param>
public readonly record struct Volume(long Datagrams, long Bytes)
{
    /// <summary>The difference of both.</summary>
    public static Volume operator -(Volume a, Volume b) => new(a.Datagrams - b.Datagrams, a.Bytes - b.Bytes);

    /// <inheritdoc cref="op_Subtraction"/>
    public static Volume Subtract(Volume left, Volume right) => left - right;

    /// <summary>The same with one more datagram.</summary>
    internal Volume And(int bytes) => new(Datagrams + 1, Bytes + bytes);
}
