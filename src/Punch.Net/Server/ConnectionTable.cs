using System.Runtime.InteropServices;
using Punch.Protocol;

namespace Punch.Net.Server;

/// <summary>How many connections may be open.</summary>
/// <param name="Total">In all.</param>
/// <param name="PerNetwork">From one /24 of IPv4 or /56 of IPv6, so that one customer cannot take them all.</param>
internal readonly record struct ConnectionLimits(int Total, int PerNetwork)
{
    /// <summary>For STUN: below the usual limit of 1024 open files, at 4 KiB each.</summary>
    public static readonly ConnectionLimits Stun = new(512, 32);
}

/// <summary>Counts open connections against the limits. Any thread may call it.</summary>
internal sealed class ConnectionTable(ConnectionLimits limits)
{
    private const int V4Bytes = 3; // /24
    private const int V6Bytes = 7; // /56

    private readonly Lock _lock = new();

    // Never more entries than open connections, which have a limit.
    private readonly Dictionary<HostAddress, int> _perNetwork = [];
    private int _open;
    private long _accepted;
    private long _turnedAway;
    private long _timedOut;

    /// <summary>Adds the numbers of the table to those of the server.</summary>
    public ServerStatistics AddTo(ServerStatistics statistics)
    {
        lock (_lock)
        {
            return statistics with { Connections = _open, Accepted = _accepted, TurnedAway = _turnedAway, TimedOut = _timedOut };
        }
    }

    /// <summary>Takes a place; false, and nothing taken, when there is none for this client.</summary>
    public bool TryEnter(HostAddress client)
    {
        lock (_lock)
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
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="client">Who had it.</param>
    /// <param name="isTimedOut">Whether it was taken away for want of a request.</param>
    public void Leave(HostAddress client, bool isTimedOut)
    {
        lock (_lock)
        {
            HostAddress network = Network(client);
            _open--;
            _timedOut += isTimedOut ? 1 : 0;
            if (--CollectionsMarshal.GetValueRefOrNullRef(_perNetwork, network) == 0) { _perNetwork.Remove(network); }
        }
    }

    private static HostAddress Network(HostAddress client)
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = client.Write(bytes);
        bytes[(client.IsV6 ? V6Bytes : V4Bytes)..].Clear();
        return HostAddress.FromBytes(bytes[..count]);
    }
}
