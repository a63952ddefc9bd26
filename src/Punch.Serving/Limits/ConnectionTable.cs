using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>How many connections may be open. The last tenth of them is kept for networks that have none.</summary>
/// <param name="Total">In all.</param>
/// <param name="PerNetwork">
/// From one /24 of IPv4 or /56 of IPv6, so that one customer cannot take them all. A /16 or /48 may have twice as many, a /32 of IPv6 four
/// times; and each of them up to twice its share for parts of it that have none.
/// </param>
public readonly record struct ConnectionLimits(int Total, int PerNetwork)
{
    /// <summary>For STUN: below the usual limit of 1024 open files, at 4 KiB each.</summary>
    public static readonly ConnectionLimits Stun = new(512, 32);

    internal ShareLimits Shares => new(PerNetwork, 2 * PerNetwork, 4 * PerNetwork, Total / 10);
}

/// <summary>Counts open connections against the limits, on one thread at a time; any may read the numbers.</summary>
internal sealed class ConnectionTable(ConnectionLimits limits, KeySource keys)
{
    private readonly NetworkShares _shares = new(limits.Shares, limits.Total, keys.For(KeyPurpose.NetworkShare));
    private int _open;
    private long _accepted;
    private long _turnedAway;
    private long _timedOut;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many were taken.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many were turned away.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>How many were ended for want of a request, or because of their age.</summary>
    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Takes a place; false, and nothing taken, when there is none for this client.</summary>
    public bool TryEnter(in HostAddress client)
    {
        bool isFull = _open >= limits.Total || !_shares.TryEnter(NetworkName.Of(client), limits.Total - _open);
        _turnedAway += isFull ? 1 : 0;
        if (isFull) { return false; }

        _accepted++;
        _open++;
        return true;
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="client">Who had it.</param>
    /// <param name="isTimedOut">Whether it was taken away.</param>
    public void Leave(in HostAddress client, bool isTimedOut)
    {
        _shares.Leave(NetworkName.Of(client));
        _open--;
        _timedOut += isTimedOut ? 1 : 0;
    }
}
