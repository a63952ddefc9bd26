using System.Buffers.Binary;
using System.Globalization;
using Punch.Protocol.Candidates;
using Xunit;

namespace Punch.Tests.Frames;

/// <summary>
/// Any bytes are refused or read and never throw. Nothing passes a seal that was not sealed with its key. PUNCH_MUTATIONS sets the number
/// of mutations.
/// </summary>
public sealed class MeetingMutationTests : IDisposable
{
    private const int DefaultCount = 100_000;

    private static readonly long Count =
        long.TryParse(Environment.GetEnvironmentVariable("PUNCH_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : DefaultCount;

    private readonly MeetingKeys _keys = MeetingRig.Keys();
    private readonly SealedSession _low;
    private readonly SealedSession _high;

    public MeetingMutationTests() => (_low, _high) = MeetingRig.Sessions();

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void No_mutated_frame_passes_or_throws()
    {
        byte[][] sources = [.. Enumerable.Range(0, 40).Select(i => _low.Frame((FrameType)(1 + i % 4), new byte[i % 4 < 2 ? 36 : i]))];
        byte[] buffer = new byte[256];
        byte[] body = new byte[256];
        int[] outcomes = new int[Enum.GetValues<FrameError>().Length];
        for (long seed = 0; seed < Count; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            byte[] source = sources[random.NextInt(sources.Length)];
            int length = Mutate(ref random, source, sources, buffer);
            if (sources.Any(each => buffer.AsSpan(0, length).SequenceEqual(each))) { continue; }

            FrameError error = Try(seed, buffer.AsSpan(0, length), () => _high.Open(buffer.AsSpan(0, length), body, out _, out _));
            outcomes[(int)error]++;
            if (error is FrameError.None or FrameError.UnknownType or FrameError.BufferTooShort) { Assert.Fail($"mutation {seed}: {error}"); }
        }

        Assert.All(new[] { FrameError.NotAFrame, FrameError.OtherSession, FrameError.Replayed }, error => Assert.NotEqual(0, outcomes[(int)error]));
        Assert.True(outcomes[(int)FrameError.Forged] > Count / 4);
    }

    [Fact]
    public void No_mutated_sealed_hello_passes_or_throws()
    {
        using var sealer = new HelloSealer(_keys, MeetingRig.Low);
        using var opener = new HelloOpener(_keys, MeetingRig.High, MeetingRig.Low);
        byte[][] sources = [.. Enumerable.Range(0, 20).Select(i => sealer.Seal(MeetingRig.LowHello((byte)i)).ToArray())];
        opener.Open(sources[1], out _);
        byte[] buffer = new byte[512];
        int[] outcomes = new int[Enum.GetValues<HelloError>().Length];
        for (long seed = 0; seed < Count; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            byte[] source = sources[random.NextInt(sources.Length)];
            int length = Mutate(ref random, source, sources, buffer);
            if (sources.Any(each => buffer.AsSpan(0, length).SequenceEqual(each))) { continue; }

            outcomes[(int)Try(seed, buffer.AsSpan(0, length), () => opener.Open(buffer.AsSpan(0, length), out _))]++;
        }

        Assert.Equal(outcomes.Sum(), outcomes[(int)HelloError.Length] + outcomes[(int)HelloError.Stale] + outcomes[(int)HelloError.Forged]);
        Assert.True(outcomes[(int)HelloError.Forged] > Count / 4);
    }

    [Fact]
    public void No_mutated_plaintext_of_a_hello_throws_or_overflows()
    {
        byte[][] sources = [.. Enumerable.Range(0, 17).Select(Plaintext)];
        byte[] buffer = new byte[512];
        byte[] copy = new byte[Hello.MaxLength];
        int[] outcomes = new int[Enum.GetValues<HelloError>().Length];
        for (long seed = 0; seed < Count; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            int length = Mutate(ref random, sources[random.NextInt(sources.Length)], sources, buffer);
            if (length > 0 && random.NextInt(4) != 0) { buffer[0] = Hello.Version; }

            outcomes[(int)Try(seed, buffer.AsSpan(0, length), () => ReadAndWriteAgain(buffer.AsSpan(0, length), copy))]++;
        }

        Assert.All(new[] { HelloError.OtherVersion, HelloError.Malformed }, error => Assert.NotEqual(0, outcomes[(int)error]));
        Assert.True(outcomes[(int)HelloError.None] > Count / 4);
    }

    [Fact]
    public void No_mutated_body_of_a_frame_throws_and_what_is_read_reads_the_same_again()
    {
        byte[][] sources = [FrameBodies.Probe, FrameBodies.Answer];
        byte[] buffer = new byte[256];
        byte[] copy = new byte[AnswerFrame.Length];
        int read = 0;
        for (long seed = 0; seed < Count; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            int length = Mutate(ref random, sources[random.NextInt(sources.Length)], sources, buffer);
            bool isRead = ProbeFrame.TryParse(buffer.AsSpan(0, length), out ProbeFrame probe);
            Assert.Equal(isRead, AnswerFrame.TryParse(buffer.AsSpan(0, length), out AnswerFrame answer));
            if (!isRead) { continue; }

            read++;
            probe.Write(copy);
            bool isSame = ProbeFrame.TryParse(copy, out ProbeFrame probeAgain) && probeAgain == probe;
            answer.Write(copy);
            isSame &= AnswerFrame.TryParse(copy, out AnswerFrame answerAgain) && answerAgain == answer;
            if (!isSame) { Assert.Fail($"mutation {seed}"); }
        }

        Assert.InRange(read, Count / 4, Count - 1);
    }

    private static HelloError ReadAndWriteAgain(ReadOnlySpan<byte> plaintext, Span<byte> copy)
    {
        HelloError error = Hello.Parse(plaintext, out Hello? hello);
        if ((error == HelloError.None) != (hello is not null)) { throw new InvalidOperationException("a refused hello is there"); }

        if (hello is null) { return error; }

        if (hello.Candidates.Count > Hello.MaxCandidates) { throw new InvalidOperationException("too many candidates"); }

        Hello.Parse(copy[..hello.Write(copy)], out Hello? again);
        bool isSame = again is not null && again.Round == hello.Round && again.Traits == hello.Traits
            && again.PublicKey.Span.SequenceEqual(hello.PublicKey.Span) && again.Candidates.SequenceEqual(hello.Candidates);
        return isSame ? error : throw new InvalidOperationException("it reads otherwise when written again");
    }

    private static byte[] Plaintext(int candidates)
    {
        byte[] buffer = new byte[Hello.MaxLength];
        string[] addresses = ["192.0.2.1:1", "[2001:db8::1]:2"];
        IEnumerable<Candidate> list = Enumerable.Range(0, candidates)
            .Select(i => new Candidate((CandidateKind)(i % 5), TransportAddress.Parse(addresses[i % 2])));
        return buffer[..new Hello(1, default, new byte[64], [.. list]).Write(buffer)];
    }

    private static int Mutate(ref SplitMix64 random, byte[] source, byte[][] others, byte[] buffer)
    {
        source.CopyTo(buffer, 0);
        int length = source.Length;
        for (int change = random.NextInt(3); change >= 0; change--)
        {
            int at = random.NextInt(Math.Max(1, length));
            switch (random.NextInt(6))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1:
                    buffer[at] = (byte)random.NextInt(256);
                    break;
                case 2 when random.NextInt(3) == 0:
                    length = at;
                    break;
                case 3: // a counter, a revision, a count
                    BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(Math.Min(at, 9)), (uint)(random.Next() >> 32 >> random.NextInt(32)));
                    break;
                case 4: // the front of another one
                    byte[] other = others[random.NextInt(others.Length)];
                    other.AsSpan(0, Math.Min(at, other.Length)).CopyTo(buffer);
                    break;
                default:
                    buffer[length] = (byte)random.NextInt(256);
                    length = Math.Min(length + 1, buffer.Length - 1);
                    break;
            }
        }

        return length;
    }

    private static T Try<T>(long seed, ReadOnlySpan<byte> bytes, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"mutation {seed}: {Convert.ToHexString(bytes)}", e);
        }
    }
}
