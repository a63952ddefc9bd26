namespace Punch.Fuzz.Targets;

/// <summary>A session of <c>punch HOST</c>: datagrams from the peer's address and from others, time and notices.</summary>
internal sealed class HostTarget : Target
{
    private static readonly TransportAddress Remote = TransportAddress.Parse("203.0.113.2:6311");

    private readonly byte[] _text = new byte[2048];
    private readonly byte[] _buffer = new byte[65_535];

    public override string Name => "host";

    public override long MaxAllocation => 8 << 20;

    public override int Share => 3;

    public override int MaxLength => Script.MaxLength;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { " punch/1 id=", " seq=1", " seen=0000000000000007/1 held=1us got=1", " data=1/0", " ask=1", " full=1", " eof=1", " bye=1" }
            .Select(word => System.Text.Encoding.ASCII.GetBytes(word)),
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        for (byte use = 0; use < 3; use++) { yield return [use, 1, 1, 0, 2, 100, 1, 2, 7, 2, 200, 3, 1, 4, 3, 1, 2, 3, 1, 3, 63, 2, 255]; }
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        var use = (PathUse)(script.Byte() % 3);
        var options = new SessionOptions
        {
            Target = new SessionTarget.NamedHost { Remotes = [Remote] },
            Locals = [Peers.Local],
            Id = 7,
            Seed = 8,
            WallClock = DateTimeOffset.UnixEpoch,
            Use = use,
        };
        var start = Instant.At(TimeSpan.FromSeconds(100));
        using var session = new PeerSession(options, start);
        var driver = new Driver(session, to => to.Host == Remote.Host, _buffer);
        driver.Drain();
        while (!script.IsOver && !driver.IsSpent) { Step(session, driver, use, ref script); }
    }

    private void Step(PeerSession session, Driver driver, PathUse use, ref Script script)
    {
        switch (script.Byte() % 6)
        {
            case 0:
                byte who = script.Byte();
                driver.Receive(who % 4 == 0 ? Peers.Sources[who / 4 % Peers.Sources.Length] : Remote, Peers.Local, script.Bytes());
                break;
            case 1: // a message of the peer's, field by field
                driver.Receive(Remote, Peers.Local, _text.AsSpan(0, Message(ref script)));
                break;
            case 2:
                driver.Pass(script.Time());
                break;
            case 3 when use == PathUse.Data:
                ReadOnlySpan<byte> data = script.Bytes();
                if (data.Length > 0) { session.TrySendData(data, driver.Now); }

                driver.Drain();
                break;
            case 4 when use == PathUse.Data:
                if (script.Byte() % 2 == 0) { session.EndData(driver.Now); }
                else { session.HoldData(script.Byte() % 2 == 0, driver.Now); }

                driver.Drain();
                break;
            default:
                driver.Note(Notices.Read(ref script));
                break;
        }
    }

    private int Message(ref Script script)
    {
        byte flags = script.Byte();
        var message = new PeerMessage
        {
            Id = script.Byte(),
            Sequence = script.Byte(),
            Seen = (flags & 1) != 0 ? new Sighting(7, script.Byte(), TimeSpan.FromMicroseconds(script.Byte()), script.Byte()) : null,
            Data = (flags & 2) != 0 ? new DataCount(script.Byte(), script.Byte()) : null,
            IsAsking = (flags & 4) != 0,
            IsFull = (flags & 8) != 0,
            HasEnded = (flags & 16) != 0,
            IsLeaving = (flags & 32) != 0,
        };
        return message.Write("2007-02-26 12:00:00 +0000"u8, _text, script.Byte());
    }
}
