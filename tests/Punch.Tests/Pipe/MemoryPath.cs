using System.Text;

namespace Punch.Tests.Pipe;

/// <summary>A path that accepts a number of datagrams and keeps them.</summary>
internal sealed class MemoryPath : IDataPath
{
    public int Room { get; set; } = int.MaxValue;

    public List<string> Sent { get; } = [];

    public List<bool> Holds { get; } = [];

    public bool HasEnded { get; private set; }

    public bool TrySendData(ReadOnlySpan<byte> payload, Instant now)
    {
        if (Sent.Count >= Room) { return false; }

        Sent.Add(Encoding.Latin1.GetString(payload));
        return true;
    }

    public bool HasFailed { get; private set; }

    public void FailData(Instant now) => HasFailed = true;

    public void EndData(Instant now) => HasEnded = true;

    public void HoldData(bool isFull, Instant now) => Holds.Add(isFull);
}
