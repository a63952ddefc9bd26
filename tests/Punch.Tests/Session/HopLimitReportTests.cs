using Xunit;

namespace Punch.Tests.Session;

/// <summary>Reports of an expired prime change the hop limit of the next one, for any target.</summary>
public sealed class HopLimitReportTests : IDisposable
{
    private static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");
    private static readonly TransportAddress Remote = TransportAddress.Parse("192.0.2.1:6311");
    private static readonly Instant Now = Instant.At(TimeSpan.FromSeconds(100));

    private PeerSession? _session;

    public enum Kind
    {
        Host,
        Meeting,
    }

    public void Dispose() => _session?.Dispose();

    [Theory]
    [InlineData(Kind.Host, "198.51.100.77", 3)]
    [InlineData(Kind.Meeting, "198.51.100.77", 3)]
    [InlineData(Kind.Host, "10.0.0.1", 4)]
    [InlineData(Kind.Meeting, "10.0.0.1", 4)]
    public void A_report_from_beyond_the_local_NATs_fixes_the_limit_and_one_from_before_raises_it(Kind kind, string router, byte expected)
    {
        _session = new PeerSession(Options(kind), Now);
        Assert.Equal(3, Prime(_session, 3));

        _session.Note(NetworkNotice.HopLimitExceeded(Remote, HostAddress.Parse(router)), Now);

        Assert.Equal(expected, Prime(_session, 2));
    }

    private static byte Prime(PeerSession session, byte guess)
    {
        session.Finder.SendPrime(new Route(Local, Remote), guess);
        Assert.True(session.Finder.TryTake(out ProbeOrder order));
        return order.HopLimit;
    }

    private static SessionOptions Options(Kind kind) => new()
    {
        Target = kind == Kind.Host
            ? new SessionTarget.NamedHost { Remotes = [Remote] }
            : new SessionTarget.Meeting
            {
                Code = MeetingCode.FromRandom(new byte[MeetingCode.RandomLength]),
                Servers = [TransportAddress.Parse("192.0.2.53:3478")],
                Party = PartyId.FromBytes(new byte[PartyId.Length]),
                Scalar = [.. Enumerable.Repeat((byte)7, EphemeralKey.ScalarLength)],
            },
        Locals = [Local],
        Id = 1,
        Seed = 1,
        WallClock = default,
    };
}
