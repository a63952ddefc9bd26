using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Session;

/// <summary>How datagrams of data fared in a span of time.</summary>
/// <param name="From">Its start, counted from the session's.</param>
/// <param name="To">Its end.</param>
/// <param name="IsTotal">Whether it is the whole time of the path.</param>
/// <param name="Outbound">The data of this side, as far as the peer has told.</param>
/// <param name="Inbound">The data of the peer.</param>
internal sealed record TrafficReport(TimeSpan From, TimeSpan To, bool IsTotal, DirectionReport Outbound, DirectionReport Inbound)
{
    /// <summary>Datagrams of the peer that came after one that was sent later.</summary>
    public long Reordered { get; init; }

    /// <summary>Datagrams of the peer that came again.</summary>
    public long Duplicates { get; init; }

    /// <summary>Reordered datagrams of the peer that came more than 100 ms later.</summary>
    public long Late { get; init; }

    /// <summary>How unevenly the peer's data comes now; null if that is not known.</summary>
    public TimeSpan? Jitter { get; init; }

    /// <summary>The difference between two states of a session.</summary>
    public static TrafficReport Between(in UseSample from, in UseSample to, bool isTotal)
    {
        SessionStatistics a = from.Statistics;
        SessionStatistics b = to.Statistics;
        double seconds = Math.Max((to.At - from.At).TotalSeconds, 0.001);

        // What was missing may still come, so a later state may have fewer.
        long lostOut = Math.Max(0, b.DataOutbound.Lost - a.DataOutbound.Lost);
        long lostIn = Math.Max(0, b.DataInbound.Lost - a.DataInbound.Lost);
        long arrived = Math.Max(0, b.DataOutbound.Expected - a.DataOutbound.Expected - lostOut);
        long received = b.DataReceived.Datagrams - a.DataReceived.Datagrams;
        long sentBytes = b.DataSent.Bytes - a.DataSent.Bytes;
        long receivedBytes = b.DataReceived.Bytes - a.DataReceived.Bytes;
        return new TrafficReport(
            from.At,
            to.At,
            isTotal,
            new DirectionReport(b.DataSent.Datagrams - a.DataSent.Datagrams, arrived, lostOut, sentBytes, sentBytes * 8 / seconds),
            new DirectionReport(received + lostIn, received, lostIn, receivedBytes, receivedBytes * 8 / seconds))
        {
            Reordered = b.DataReordered - a.DataReordered,
            Duplicates = b.DataDuplicates + b.Repeats - a.DataDuplicates - a.Repeats,
            Late = b.DataLate - a.DataLate,
            Jitter = b.DataJitter,
        };
    }
}

/// <summary>How datagrams of one direction fared.</summary>
/// <param name="Sent">Datagrams sent; of the peer's data, as far as is known.</param>
/// <param name="Received">Datagrams that arrived; of this side's data, as far as the peer has told.</param>
/// <param name="Lost">Datagrams that did not.</param>
/// <param name="Bytes">Bytes sent here, or received.</param>
/// <param name="BitsPerSecond">The same as a rate.</param>
internal readonly record struct DirectionReport(long Sent, long Received, long Lost, long Bytes, double BitsPerSecond);

/// <summary>How streams fare.</summary>
/// <param name="At">When, counted from the session's start.</param>
/// <param name="Flow">The state of the path.</param>
/// <param name="Repaired">Bytes that were sent more than once.</param>
/// <param name="BitsPerSecond">What arrived at the peer since the last report.</param>
internal sealed record StreamReport(TimeSpan At, StreamFlow Flow, long Repaired, double BitsPerSecond);

/// <summary>The state of a session at a time.</summary>
/// <param name="At">The time, counted from the session's start.</param>
/// <param name="Statistics">What was counted.</param>
internal readonly record struct UseSample(TimeSpan At, SessionStatistics Statistics);
