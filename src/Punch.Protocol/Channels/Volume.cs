namespace Punch.Protocol.Channels;

/// <summary>How much data there was.</summary>
/// <param name="Datagrams">How many datagrams.</param>
/// <param name="Bytes">Bytes in them.</param>
public readonly record struct Volume(long Datagrams, long Bytes)
{
    /// <summary>The same and another datagram.</summary>
    internal Volume And(int bytes) => new(Datagrams + 1, Bytes + bytes);
}
