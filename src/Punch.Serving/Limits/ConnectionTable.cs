using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>The most open connections. The last tenth is reserved for networks that have none.</summary>
/// <param name="Total">The limit in all.</param>
/// <param name="PerNetwork">
/// The limit for one /24 of IPv4 or /56 of IPv6, so that one customer cannot take all. A /16 or /48 may have twice as many, and a /32 of
/// IPv6 four times. Each may have up to twice its share for parts of it that have none.
/// </param>
public readonly record struct ConnectionLimits(int Total, int PerNetwork)
{
    /// <summary>The limits for STUN: below the usual limit of 1024 open files, at 10 KiB each, and a few times as much with TLS.</summary>
    public static readonly ConnectionLimits Stun = new(512, 32);

    internal ShareLimits Shares => new(PerNetwork, 2 * PerNetwork, 4 * PerNetwork, Total / 10);
}

/// <summary>Counts open connections against the limits, on one thread at a time. Any thread may read the numbers.</summary>
internal sealed class ConnectionTable(ConnectionLimits limits, KeySource keys)
{
    private readonly NetworkShares _shares = new(limits.Shares, limits.Total, keys.For(KeyPurpose.NetworkShare));
    private int _open;
    private long _accepted;
    private long _turnedAway;
    private long _timedOut;

    /// <summary>The number of open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The number of accepted connections.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>The number of connections refused at a limit.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>The number of connections ended because no request came in time, or because of their age.</summary>
    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Takes a place for a client; false, with nothing changed, if there is no place for it.</summary>
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
    /// <param name="client">The client of the connection.</param>
    /// <param name="isTimedOut">Whether the server ended it for its idle time or its age.</param>
    public void Leave(in HostAddress client, bool isTimedOut)
    {
        _shares.Leave(NetworkName.Of(client));
        _open--;
        _timedOut += isTimedOut ? 1 : 0;
    }
}
