using System.Globalization;
using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>A transfer drawn from a seed: what the two programs do, and what the line does to them.</summary>
internal sealed record StreamPlan
{
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromMicroseconds(20), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(150),
    ];

    public ulong Seed { get; init; }

    public long[] Lengths { get; init; } = [];

    public double[] ReadRates { get; init; } = [0, 0];

    public TimeSpan[] SinkDelays { get; init; } = [TimeSpan.Zero, TimeSpan.Zero];

    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(25);

    public TimeSpan Jitter { get; init; }

    public double Loss { get; init; }

    public double Duplication { get; init; }

    public double OtherFrames { get; init; }

    public double Rate { get; init; }

    /// <summary>Whether a packet is lost, by its direction and its place.</summary>
    public Func<int, int, bool> Loses { get; init; } = (_, _) => false;

    /// <summary>When datagrams beyond 1,300 bytes stop to pass; null for never.</summary>
    public TimeSpan? MtuHoleAt { get; init; }

    /// <summary>When each side gets new keys; empty for never.</summary>
    public TimeSpan[] NewKeysAt { get; init; } = [];

    /// <summary>Times without a line, and what the sides notice of it.</summary>
    public StreamOutage[] Outages { get; init; } = [];

    /// <summary>Whether the last packets must come. A side that has everything waits 15 s for a silent peer.</summary>
    public bool IsFair => Outages.All(outage => outage.To - outage.From < TimeSpan.FromSeconds(12));

    /// <summary>When the last byte must be there: what the line and the programs take, and some round trips for each packet.</summary>
    public TimeSpan EndsBy
    {
        get
        {
            // At 30 % loss each second probe gets no reply, and a probe waits for up to a second.
            int rounds = Loss < 0.1 ? 4 : 16;
            TimeSpan each = (Delay * 2) + Jitter + ReceivedPackets.LongestDelay;
            TimeSpan longest = each * (rounds * (10 + (Lengths.Max() / 1_200)));
            foreach (StreamOutage outage in Outages) { longest += outage.BackAt.Max() - outage.From; }

            for (int i = 0; i < 2; i++)
            {
                longest += SinkDelays[i];
                if (ReadRates[i] > 0) { longest += TimeSpan.FromSeconds(Lengths[1 - i] / ReadRates[i]); }

                if (Rate > 0) { longest += TimeSpan.FromSeconds(2 * Lengths[i] / Rate); }
            }

            return longest;
        }
    }

    public static StreamPlan Draw(ulong seed)
    {
        var random = new SplitMix64(seed);
        TimeSpan delay = Delays[random.NextInt(Delays.Length)];
        TimeSpan middle = delay * (2 + random.NextInt(20));
        return new StreamPlan
        {
            Seed = seed,
            Lengths = [Length(ref random), Length(ref random)],
            ReadRates = [random.NextInt(6) == 0 ? 50_000 : 0, random.NextInt(6) == 0 ? 500_000 : 0],
            SinkDelays = [random.NextInt(5) == 0 ? TimeSpan.FromMilliseconds(700) : TimeSpan.Zero, random.NextDuration(TimeSpan.FromMilliseconds(5))],
            Delay = delay,
            Jitter = random.NextInt(2) == 0 ? TimeSpan.Zero : random.NextDuration(delay * 2),
            Loss = random.NextInt(3) == 0 ? 0 : random.NextDouble() * 0.3,
            Duplication = random.NextInt(3) == 0 ? random.NextDouble() * 0.3 : 0,
            OtherFrames = random.NextInt(2) == 0 ? 0 : 0.2,
            Rate = random.NextInt(4) == 0 ? 200_000 : 0,
            MtuHoleAt = random.NextInt(4) == 0 ? middle : null,
            NewKeysAt = random.NextInt(6) == 0 ? [middle, middle + random.NextDuration(TimeSpan.FromMilliseconds(400))] : [],
            Outages = random.NextInt(3) != 0
                ? []
                : [.. Enumerable.Range(0, 1 + random.NextInt(3)).Select(i => StreamOutage.Draw(ref random, middle + TimeSpan.FromSeconds(20 * i)))],
        };
    }

    public StreamWorld Build(Action<StreamWorld>? check = null)
    {
        var link = new StreamLink
        {
            Delay = Delay,
            Jitter = Jitter,
            Loss = Loss,
            Duplication = Duplication,
            OtherFrames = OtherFrames,
            Rate = Rate,
            Loses = Loses,
            Mtu = now => MtuHoleAt is { } hole && now >= Instant.At(hole) ? 1_300 : Rate > 0 ? 1_472 : 65_535,
            IsDown = now => Outages.Any(outage => outage.IsDown(now)),
        };
        var world = new StreamWorld(link, Side(0, 3), Side(1, 5), Seed) { Check = check };
        foreach (StreamOutage outage in Outages) { outage.Schedule(world, Delay * 2); }

        for (int i = 0; i < NewKeysAt.Length; i++)
        {
            StreamSide side = world.Sides[i];
            world.At(NewKeysAt[i], side.ChangeKeys);
        }

        return world;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: lengths {Lengths[0]} {Lengths[1]}, read rates {ReadRates[0]} {ReadRates[1]}, sinks {SinkDelays[0]} {SinkDelays[1]}, delay {Delay}, "
        + $"jitter {Jitter}, loss {Loss:P1}, duplication {Duplication:P1}, other frames {OtherFrames}, rate {Rate}, MTU hole {MtuHoleAt}, "
        + $"new keys [{string.Join(", ", NewKeysAt)}], "
        + $"outages [{string.Join(", ", Outages.Select(outage => outage.ToString()))}]");

    private static long Length(ref SplitMix64 random) => random.NextInt(5) switch
    {
        0 => random.NextInt(3),
        1 => random.NextInt(5_000),
        2 or 3 => random.NextInt(60_000),
        _ => random.NextInt(600_000),
    };

    private StreamSide Side(int index, ulong pattern) =>
        new(pattern, Lengths[index], Instant.Zero) { ReadRate = ReadRates[index], SinkDelay = SinkDelays[index] };
}
