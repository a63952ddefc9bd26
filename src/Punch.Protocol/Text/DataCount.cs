namespace Punch.Protocol.Text;

/// <summary>What one side has counted of the datagrams of data.</summary>
/// <param name="Sent">Sent to the other side.</param>
/// <param name="Taken">Taken from it.</param>
public readonly record struct DataCount(long Sent, long Taken);
