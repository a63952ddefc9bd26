using Punch.Protocol.Channels;
using Punch.Protocol.Streams;

namespace Punch.Protocol.Session;

/// <summary>What a session counted, as ping would print it. Losses are counted from the moment the path opened.</summary>
public sealed record SessionStatistics
{
    /// <summary>Datagrams sent, the opening punches included.</summary>
    public long Sent { get; init; }

    /// <summary>
    /// Datagrams among the sent ones that only opened the local router, with a low hop limit: one for each slot of the clock.
    /// </summary>
    public long Primes { get; init; }

    /// <summary>Datagrams received from the peer's host.</summary>
    public long Received { get; init; }

    /// <summary>Peer messages among the received ones, duplicates included.</summary>
    public long Messages { get; init; }

    /// <summary>Messages of another version of the format among the received datagrams.</summary>
    public long OtherVersions { get; init; }

    /// <summary>Where the last datagram from the peer's host came from; null when none came.</summary>
    public TransportAddress? HeardFrom { get; init; }

    /// <summary>Own messages whose arrival the peer confirmed one by one.</summary>
    public long Answered { get; init; }

    /// <summary>Datagrams from other hosts; counted, shown, and without effect.</summary>
    public long Strangers { get; init; }

    /// <summary>ICMP refusals that the system reported for datagrams of this session.</summary>
    public long Refusals { get; init; }

    /// <summary>Messages received twice.</summary>
    public long Duplicates { get; init; }

    /// <summary>Messages that came after one sent later.</summary>
    public long Reordered { get; init; }

    /// <summary>Own messages that the peer should have received by its last word, and how many of them it lacked.</summary>
    public Loss Outbound { get; init; }

    /// <summary>The peer's messages that should have come by the newest one, and how many are missing.</summary>
    public Loss Inbound { get; init; }

    /// <summary>Data sent, with <see cref="PathUse.Data"/>; not counted in <see cref="Sent"/>.</summary>
    public Volume DataSent { get; init; }

    /// <summary>Data received; not counted in <see cref="Received"/>.</summary>
    public Volume DataReceived { get; init; }

    /// <summary>Datagrams of own data that the peer should have by what it confirmed last, and how many of them it lacks.</summary>
    public Loss DataOutbound { get; init; }

    /// <summary>Datagrams of the peer's data that should have come by what it said last, and how many of them are missing.</summary>
    public Loss DataInbound { get; init; }

    /// <summary>Own data that the peer did not confirm in any way: neither as taken nor as missing.</summary>
    public Volume DataUnconfirmed { get; init; }

    /// <summary>Whether the peer said anything of data: not where it runs without a data channel.</summary>
    public bool PeerCountsData { get; init; }

    /// <summary>Datagrams of data that came again; they were left out.</summary>
    public long DataDuplicates { get; init; }

    /// <summary>Whether the counts of data are exact. Otherwise a doubled datagram can hide a lost one.</summary>
    public bool IsDataExact { get; init; } = true;

    /// <summary>Whether all data of both sides is through, with <see cref="PathUse.Data"/>.</summary>
    public DataOutcome Data { get; init; }

    /// <summary>What streams carried, with <see cref="PathUse.Streams"/>.</summary>
    public StreamVolumes Streams { get; init; }

    /// <summary>How long streams have waited for a path, after the first one.</summary>
    public TimeSpan StreamsSuspended { get; init; }

    /// <summary>Round trips measured: none without a two-way path.</summary>
    public RoundTrips RoundTrips { get; init; }

    /// <summary>From the session's start to the first proof; null without one.</summary>
    public TimeSpan? TimeToOpen { get; init; }

    /// <summary>How often a path opened.</summary>
    public int Opens { get; init; }
}

/// <summary>A summary of round trips.</summary>
/// <param name="Count">How many were measured; the others are zero when it is 0.</param>
/// <param name="Min">The shortest.</param>
/// <param name="Average">The mean.</param>
/// <param name="Max">The longest.</param>
/// <param name="Deviation">The standard deviation, which ping calls mdev.</param>
/// <param name="Jitter">The smoothed difference between successive ones, by the formula of RFC 3550 §6.4.1.</param>
public readonly record struct RoundTrips(long Count, TimeSpan Min, TimeSpan Average, TimeSpan Max, TimeSpan Deviation, TimeSpan Jitter);
