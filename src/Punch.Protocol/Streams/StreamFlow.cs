namespace Punch.Protocol.Streams;

/// <summary>The state of a path, as streams see it, and counts since the start.</summary>
/// <param name="RoundTrip">The smoothed round trip.</param>
/// <param name="ShortestRoundTrip">The shortest one; zero before the first.</param>
/// <param name="Window">The congestion window in bytes.</param>
/// <param name="InFlight">Bytes that are neither acknowledged nor lost.</param>
/// <param name="Lost">Packets taken for lost.</param>
/// <param name="Spurious">Those of them that came all the same.</param>
/// <param name="MaxDatagram">The largest datagram that the path carries, as far as is known, in bytes of UDP payload.</param>
/// <param name="Acknowledged">Bytes of UDP payload that arrived.</param>
public readonly record struct StreamFlow(
    TimeSpan RoundTrip,
    TimeSpan ShortestRoundTrip,
    long Window,
    long InFlight,
    long Lost,
    long Spurious,
    int MaxDatagram,
    long Acknowledged);
