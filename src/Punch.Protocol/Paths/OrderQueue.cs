namespace Punch.Protocol.Paths;

/// <summary>
/// The datagrams that a finder wants to send, in order. The order matters: a prime must go before the join that makes the peer dial.
/// </summary>
internal sealed class OrderQueue
{
    /// <summary>More orders than one call can make: a punch, a probe and a reply to every target, and those of a plan.</summary>
    public const int Capacity = (TargetTable.Capacity * 3) + 16;

    private readonly Queue<ProbeOrder> _queue = new(Capacity);

    public void Add(in ProbeOrder order)
    {
        if (_queue.Count < Capacity) { _queue.Enqueue(order); }
    }

    public bool TryTake(out ProbeOrder order) => _queue.TryDequeue(out order);
}
