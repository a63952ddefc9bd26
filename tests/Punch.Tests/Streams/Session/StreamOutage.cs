namespace Punch.Tests.Streams.Session;

/// <summary>A time without a line. A side may notice it, and may then have a path in the same network or in another one.</summary>
internal sealed record StreamOutage
{
    public TimeSpan From { get; init; }

    public TimeSpan To { get; init; }

    /// <summary>When each side notices it; null for never.</summary>
    public TimeSpan?[] NoticedAt { get; init; } = [];

    /// <summary>When each side has a path again.</summary>
    public TimeSpan[] BackAt { get; init; } = [];

    public bool IsSameNetwork { get; init; }

    public static StreamOutage Draw(ref SplitMix64 random, TimeSpan from)
    {
        TimeSpan length = random.NextDuration(random.NextInt(2) == 0 ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(15));
        TimeSpan to = from + length;
        bool isNoticed = random.NextInt(3) > 0;
        return new StreamOutage
        {
            From = from,
            To = to,
            NoticedAt = [isNoticed ? from + random.NextDuration(length) : null, isNoticed ? from + random.NextDuration(length) : null],
            BackAt = [to + random.NextDuration(TimeSpan.FromMilliseconds(500)), to + random.NextDuration(TimeSpan.FromMilliseconds(500))],
            IsSameNetwork = random.NextInt(2) == 0,
        };
    }

    public bool IsDown(Instant now) => now >= Instant.At(From) && now < Instant.At(To);

    public void Schedule(StreamWorld world, TimeSpan roundTrip)
    {
        for (int i = 0; i < 2; i++)
        {
            StreamSide side = world.Sides[i];
            if (NoticedAt[i] is { } noticed) { world.At(noticed, _ => side.Session.LosePath()); }

            // A path may also move before its loss is noticed.
            if (NoticedAt[i] is not null || !IsSameNetwork)
            {
                world.At(BackAt[i], now => side.Session.UsePath(IsSameNetwork, IsSameNetwork ? null : roundTrip, now));
            }
        }
    }

    public override string ToString() => $"{From} to {To}, noticed {NoticedAt[0]} {NoticedAt[1]}, back {BackAt[0]} {BackAt[1]}, same {IsSameNetwork}";
}
