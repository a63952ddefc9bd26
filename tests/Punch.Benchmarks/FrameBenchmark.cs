using Punch.Protocol;
using Punch.Protocol.Candidates;
using Punch.Protocol.Frames;

namespace Punch.Benchmarks;

/// <summary>Measures sealing and opening frames and hellos, and their allocations.</summary>
internal static class FrameBenchmark
{
    private const int Frames = 200_000;
    private const int Hellos = 2_000;

    private static readonly PartyId Low = new(1);
    private static readonly PartyId High = new(2);

    public static Table Run()
    {
        var table = new Table("Sealed frames and hellos (one core)", "operation", "ns of processor", "a processor second", "bytes allocated");
        MeetingCode code = MeetingCode.FromRandom(new byte[MeetingCode.RandomLength]);
        using var keys = MeetingKeys.From(code);
        using var mine = EphemeralKey.Create(new byte[EphemeralKey.ScalarLength]);
        using var theirs = EphemeralKey.Create([.. Enumerable.Repeat((byte)1, EphemeralKey.ScalarLength)]);
        AddFrames(table, keys, mine, theirs);
        AddHellos(table, keys, mine);
        Add(table, "a key pair", Hellos, () => EphemeralKey.Create(new byte[EphemeralKey.ScalarLength]).Dispose());
        Add(table, "a session from two keys", Hellos, () => NewSession(keys, mine, Low, High, theirs).Dispose());
        return table;
    }

    private static void AddFrames(Table table, MeetingKeys keys, EphemeralKey mine, EphemeralKey theirs)
    {
        byte[] body = new byte[1200];
        byte[] frame = new byte[body.Length + SealedSession.Overhead];
        byte[] plaintext = new byte[frame.Length];
        using SealedSession low = NewSession(keys, mine, Low, High, theirs);
        using SealedSession high = NewSession(keys, theirs, High, Low, mine);
        foreach ((string name, FrameType type, int size) in new[] { ("probe", FrameType.Probe, ProbeFrame.Length), ("payload of 1200", FrameType.Payload, body.Length) })
        {
            int length = 0;
            Add(table, $"seal a {name}", Frames, () => length = low.Seal(type, body.AsSpan(0, size), frame));
            Add(table, $"seal and open a {name}", Frames, () =>
            {
                length = low.Seal(type, body.AsSpan(0, size), frame);
                high.Open(frame.AsSpan(0, length), plaintext, out _, out _);
            });
            low.Seal(type, body.AsSpan(0, size), frame);
            frame[length - 1] ^= 1;
            Add(table, $"refuse a forged {name}", Frames, () => high.Open(frame.AsSpan(0, length), plaintext, out _, out _));
        }

        Add(table, "refuse a frame of another session", Frames, () => low.Open(frame, plaintext, out _, out _));
    }

    private static void AddHellos(Table table, MeetingKeys keys, EphemeralKey key)
    {
        Candidate[] candidates =
        [
            new(CandidateKind.Host, TransportAddress.Parse("192.168.1.2:6311")), new(CandidateKind.Host, TransportAddress.Parse("[2001:db8::2]:6311")),
            new(CandidateKind.ServerReflexive, TransportAddress.Parse("203.0.113.2:6311")), new(CandidateKind.Mapped, TransportAddress.Parse("203.0.113.2:7000")),
        ];
        Hello[] hellos = [.. Enumerable.Range(0, 2).Select(i => new Hello((byte)i, default, key.PublicKey, candidates))];
        using var sealer = new HelloSealer(keys, Low);
        int turn = 0;
        Add(table, "seal a hello of four candidates", Frames, () => sealer.Seal(hellos[turn ^= 1]));
        byte[] whole = sealer.Sealed.ToArray();
        Add(table, "open a hello, with its party's key", Frames / 10, () =>
        {
            using var opener = new HelloOpener(keys, High, Low);
            opener.Open(whole, out _);
        });
    }

    private static SealedSession NewSession(MeetingKeys keys, EphemeralKey mine, PartyId me, PartyId them, EphemeralKey theirs) =>
        SealedSession.TryCreate(keys, mine, me, them, theirs.PublicKey.Span, out SealedSession? session) ? session : throw new InvalidOperationException("no session");

    private static void Add(Table table, string name, int count, Action operation)
    {
        Repeat(operation, count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double seconds = Measure.Median(Enumerable.Range(0, 5).Select(_ => Measure.ProcessorTime(() => Repeat(operation, count)).TotalSeconds).ToArray());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        table.Row(name, Measure.Thousands(seconds / count * 1e9), Measure.Thousands(count / seconds), Measure.Ratio(allocated / (5.0 * count)));
    }

    private static void Repeat(Action operation, int count)
    {
        for (int i = 0; i < count; i++) { operation(); }
    }
}
