namespace Punch.Protocol.Text;

/// <summary>One side's counts of data datagrams.</summary>
/// <param name="Sent">Datagrams sent to the other side.</param>
/// <param name="Taken">Datagrams taken from the other side.</param>
public readonly record struct DataCount(long Sent, long Taken);
