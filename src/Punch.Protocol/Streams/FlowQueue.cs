namespace Punch.Protocol.Streams;

/// <summary>
/// Datagrams of flows that wait: RFC 9221. They are never repeated. One that waited too long goes, and one that finds no room does, too.
/// </summary>
/// <param name="longest">How long one may wait.</param>
internal sealed class FlowQueue(TimeSpan longest)
{
    /// <summary>The most bytes that wait.</summary>
    public const int MostBytes = 1 << 18;

    /// <summary>The most datagrams that wait.</summary>
    public const int Most = 512;

    private readonly Queue<Waiting> _waiting = new();
    private readonly ByteRing _ring = new();
    private ulong _end;

    private readonly record struct Waiting(ulong Flow, int Length, Instant Since);

    /// <summary>Whether one waits.</summary>
    public bool HasAny => _waiting.Count > 0;

    /// <summary>Datagrams that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes a datagram in; false if there is no room for it.</summary>
    public bool TryAdd(ulong flow, ReadOnlySpan<byte> datagram, Instant now)
    {
        Expire(now);
        if (_waiting.Count == Most || (int)(_end - _ring.Start) + datagram.Length > MostBytes)
        {
            Dropped++;
            return false;
        }

        _ring.Write(_end, datagram);
        _end += (ulong)datagram.Length;
        _waiting.Enqueue(new Waiting(flow, datagram.Length, now));
        return true;
    }

    /// <summary>Looks at the oldest one; false if there is none.</summary>
    public bool TryPeek(Instant now, out ulong flow, out int length)
    {
        Expire(now);
        bool hasOne = _waiting.TryPeek(out Waiting first);
        (flow, length) = (first.Flow, first.Length);
        return hasOne;
    }

    /// <summary>Takes the oldest one out.</summary>
    /// <param name="destination">Room for exactly its bytes.</param>
    public void Take(Span<byte> destination)
    {
        _ring.Read(_ring.Start, destination);
        Forget();
    }

    /// <summary>Drops the oldest one.</summary>
    public void Drop()
    {
        Dropped++;
        Forget();
    }

    private void Forget() => _ring.Drop(_ring.Start + (ulong)_waiting.Dequeue().Length);

    private void Expire(Instant now)
    {
        while (_waiting.TryPeek(out Waiting first) && now - first.Since > longest) { Drop(); }
    }
}
