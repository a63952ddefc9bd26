namespace Punch.Protocol.Paths;

/// <summary>The datagrams that a finder wants sent, in order: a prime must go before the join that has the peer dial.</summary>
internal sealed class OrderQueue
{
    /// <summary>More than one call can ask for: a punch, a probe and a reply to every target, and what a plan adds.</summary>
    public const int Capacity = (TargetTable.Capacity * 3) + 16;

    private readonly Queue<ProbeOrder> _queue = new(Capacity);

    public void Add(in ProbeOrder order)
    {
        if (_queue.Count < Capacity) { _queue.Enqueue(order); }
    }

    public bool TryTake(out ProbeOrder order) => _queue.TryDequeue(out order);
}
