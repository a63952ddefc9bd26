namespace Punch.Fuzz.Targets;

/// <summary>Two parties that share a code; the fuzzer is the high one, so it gets past every seal.</summary>
internal static class Peers
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478");
    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");
    public static readonly TransportAddress Mapped = TransportAddress.Parse("198.51.100.1:40001");
    public static readonly HostAddress Host = HostAddress.Parse("192.168.1.2");

    public static readonly PartyId Low = new(1);
    public static readonly PartyId High = new(UInt128.MaxValue - 1);

    public static readonly MeetingKeys Keys = MeetingKeys.From(Code);
    public static readonly EphemeralKey HighKey = EphemeralKey.Create([.. Enumerable.Repeat((byte)0xFF, 32)]);

    /// <summary>Where the fuzzer's datagrams come from.</summary>
    public static readonly TransportAddress[] Sources =
    [
        TransportAddress.Parse("203.0.113.2:50002"), TransportAddress.Parse("203.0.113.2:50003"), TransportAddress.Parse("192.168.1.9:7"), Server,
        TransportAddress.Parse("169.254.169.254:80"), TransportAddress.Parse("10.1.2.3:445"), TransportAddress.Parse("[::ffff:10.1.2.3]:445"),
        TransportAddress.Parse("[fe80::1]:9"),
    ];

    public static byte[] LowScalar => [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static MeetingCode Code =>
        MeetingCode.TryParse("7k3m-9q2p-xv4t-h8rn-5wzc", out MeetingCode? code, out _) ? code : throw new InvalidOperationException("no code");

    /// <summary>The fuzzer's end of a session.</summary>
    public static SealedSession Session()
    {
        using EphemeralKey low = EphemeralKey.Create(LowScalar);
        return SealedSession.TryCreate(Keys, HighKey, High, Low, low.PublicKey.Span, out SealedSession? session)
            ? session
            : throw new InvalidOperationException("no session");
    }
}
