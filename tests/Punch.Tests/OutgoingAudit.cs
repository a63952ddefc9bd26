using Xunit;

namespace Punch.Tests;

/// <summary>
/// Counts separately what a machine sends to unproven places: which places it may reach, and how many bytes each may get. It sees only the
/// machine's datagrams.
/// </summary>
internal sealed class OutgoingAudit(IReadOnlyList<LocalAddress> hosts, params TransportAddress[] typed)
{
    private readonly Dictionary<TransportAddress, long> _received = [];
    private readonly Dictionary<TransportAddress, (long Bytes, Instant First)> _sent = [];
    private readonly HashSet<TransportAddress> _proven = [.. typed];

    /// <summary>Addresses that a candidate named, in any way.</summary>
    public HashSet<TransportAddress> Named { get; } = [];

    /// <summary>Datagrams to places without proof.</summary>
    public int Count { get; private set; }

    public void Prove(TransportAddress address) => _proven.Add(address);

    public void Receive(TransportAddress from, int bytes) => _received[from] = _received.GetValueOrDefault(from) + bytes;

    public void Send(in Transmit transmit, Instant now, string scene)
    {
        TransportAddress to = transmit.To;
        if (_proven.Contains(to)) { return; }

        Count++;
        bool isReachable = to.Port != 0 && !hosts.IsBroadcast(to.Host) && to.Host.Scope() switch
        {
            AddressScope.Public => true,
            AddressScope.Private or AddressScope.Shared or AddressScope.LinkLocal => hosts.IsNear(to.Host),
            _ => false,
        };
        Assert.True(isReachable, $"{scene}: {to} is nobody's business");
        (long bytes, Instant first) = _sent.TryGetValue(to, out (long, Instant) before) ? before : (0, now);
        bytes += transmit.Length;
        _sent[to] = (bytes, first);
        double allowed = (3 * _received.GetValueOrDefault(to))
            + (Named.Contains(to) ? OutgoingGate.Allowance + (OutgoingGate.AllowancePerSecond * (now - first).TotalSeconds) + 1 : 0);
        Assert.True(bytes <= allowed, $"{scene}: {to} got {bytes} bytes, {allowed:F0} are allowed");
    }
}
