using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// The two ends of a flow, as a key. A far end of default stands for any address, and a far port of 0 for any port of that host.
/// </summary>
internal readonly record struct FlowKey(TransportAddress Near, TransportAddress Far);

/// <summary>How long state lives after the last packet that refreshes it.</summary>
internal readonly record struct Lifetimes(TimeSpan Unreplied, TimeSpan Replied);

/// <summary>A value that lives until its lifetime has passed since its last refresh.</summary>
internal sealed class Lease<TValue>(TValue value, Instant now)
{
    public TValue Value { get; } = value;

    public Instant Refreshed { get; set; } = now;

    public bool IsReplied { get; set; }

    public Instant Expiry(in Lifetimes lifetimes) => Refreshed + (IsReplied ? lifetimes.Replied : lifetimes.Unreplied);
}

/// <summary>
/// State that expires, with a limited number of entries. An expired entry is gone for every caller, even if it was not swept out yet.
/// </summary>
/// <param name="limit">The most entries.</param>
/// <param name="lifetimes">The lifetimes of an entry.</param>
/// <param name="removed">Called for each entry that expired or was cleared.</param>
internal sealed class LeaseTable<TValue>(int limit, Lifetimes lifetimes, Action<TValue>? removed = null)
{
    private readonly Dictionary<FlowKey, Lease<TValue>> _leases = [];
    private readonly List<FlowKey> _expired = [];
    private Instant _nextSweep = new(long.MaxValue);

    /// <summary>The number of entries, including expired ones that were not looked up since.</summary>
    public int Count => _leases.Count;

    public Lease<TValue>? Find(FlowKey key, Instant now)
    {
        if (_leases.Count == 0 || !_leases.TryGetValue(key, out Lease<TValue>? lease)) { return null; }

        if (now < lease.Expiry(lifetimes)) { return lease; }

        Remove(key);
        return null;
    }

    /// <summary>Makes sure that one more entry fits; false if the table is full of live ones.</summary>
    public bool TryMakeRoom(Instant now)
    {
        if (_leases.Count >= limit && now >= _nextSweep) { Sweep(now); }

        return _leases.Count < limit;
    }

    /// <summary>Adds an entry. Call <see cref="TryMakeRoom"/> first. The key must not be live.</summary>
    public Lease<TValue> Add(FlowKey key, TValue value, Instant now)
    {
        var lease = new Lease<TValue>(value, now);
        _leases.Add(key, lease);
        Instant expiry = lease.Expiry(lifetimes);
        if (expiry < _nextSweep) { _nextSweep = expiry; }

        return lease;
    }

    public void Clear()
    {
        foreach (FlowKey key in _leases.Keys.ToArray()) { Remove(key); }
    }

    // The noted expiry of an entry can only move later. So nothing has expired before the earliest expiry seen since the last sweep.
    private void Sweep(Instant now)
    {
        _nextSweep = new Instant(long.MaxValue);
        foreach ((FlowKey key, Lease<TValue> lease) in _leases)
        {
            Instant expiry = lease.Expiry(lifetimes);
            if (expiry <= now) { _expired.Add(key); }
            else if (expiry < _nextSweep) { _nextSweep = expiry; }
        }

        foreach (FlowKey key in _expired) { Remove(key); }

        _expired.Clear();
    }

    private void Remove(FlowKey key)
    {
        if (_leases.Remove(key, out Lease<TValue>? lease)) { removed?.Invoke(lease.Value); }
    }
}
