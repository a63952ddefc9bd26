using System.Runtime.InteropServices;
using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>How many connections may be open.</summary>
/// <param name="Total">In all.</param>
/// <param name="PerNetwork">From one /24 of IPv4 or /56 of IPv6, so that one customer cannot take them all.</param>
public readonly record struct ConnectionLimits(int Total, int PerNetwork)
{
    /// <summary>For STUN: below the usual limit of 1024 open files, at 4 KiB each.</summary>
    public static readonly ConnectionLimits Stun = new(512, 32);
}

/// <summary>Counts open connections against the limits, on one thread at a time; any may read the numbers.</summary>
internal sealed class ConnectionTable(ConnectionLimits limits)
{
    private const int V4Bytes = 3; // /24
    private const int V6Bytes = 7; // /56

    // Never more entries than open connections, which have a limit.
    private readonly Dictionary<HostAddress, int> _perNetwork = [];
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

    /// <summary>How many were ended for want of a request.</summary>
    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Takes a place; false, and nothing taken, when there is none for this client.</summary>
    public bool TryEnter(in HostAddress client)
    {
        HostAddress network = Network(client);
        bool isFull = _open >= limits.Total || _perNetwork.GetValueOrDefault(network) >= limits.PerNetwork;
        _turnedAway += isFull ? 1 : 0;
        if (isFull) { return false; }

        _accepted++;
        _open++;
        CollectionsMarshal.GetValueRefOrAddDefault(_perNetwork, network, out _)++;
        return true;
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="client">Who had it.</param>
    /// <param name="isTimedOut">Whether it was taken away for want of a request.</param>
    public void Leave(in HostAddress client, bool isTimedOut)
    {
        HostAddress network = Network(client);
        _open--;
        _timedOut += isTimedOut ? 1 : 0;
        if (--CollectionsMarshal.GetValueRefOrNullRef(_perNetwork, network) == 0) { _perNetwork.Remove(network); }
    }

    private static HostAddress Network(in HostAddress client)
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = client.Write(bytes);
        bytes[(client.IsV6 ? V6Bytes : V4Bytes)..].Clear();
        return HostAddress.FromBytes(bytes[..count]);
    }
}
