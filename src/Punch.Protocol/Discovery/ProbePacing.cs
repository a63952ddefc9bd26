namespace Punch.Protocol.Discovery;

/// <summary>
/// When a request is sent again, and when its silence counts. A person waits for the report, and a test of the filter usually ends in
/// silence. So this is far quicker than RFC 8489 §6.2.1: seven sends. At 5 % loss each way, one request in ten million stays without a
/// reply.
/// </summary>
internal sealed class ProbePacing
{
    /// <summary>How often a request is sent in all.</summary>
    public const int Sends = 7;

    // While the round trip is unknown: sends at 0, 80, 240, 480, 800, 1200 and 1680 ms, silence at 2200 ms. So a report about a network
    // without UDP takes less than 2.5 s.
    private static readonly TimeSpan Growth = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan LastWait = TimeSpan.FromMilliseconds(520);

    // With a known round trip, a lost request is repeated soon after its reply was due. The bounds fit a server on the same machine and one
    // behind a satellite.
    private const double PausePerRoundTrip = 1.2;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan ShortestLastWait = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The shortest delay seen; null before any. A reply to a repeated request counts from the first send, so the delay is never too short.
    /// </summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Takes the delay from a request's first send to its reply.</summary>
    public void Note(TimeSpan delay)
    {
        if (RoundTrip is not { } known || delay < known) { RoundTrip = delay; }
    }

    /// <summary>The pause after the send with this number, from 1.</summary>
    public TimeSpan PauseAfter(int send)
    {
        if (RoundTrip is not { } roundTrip) { return send < Sends ? Growth * send : LastWait; }

        if (send >= Sends) { return roundTrip * 2 > ShortestLastWait ? roundTrip * 2 : ShortestLastWait; }

        TimeSpan pause = roundTrip * PausePerRoundTrip;
        return pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }
}
