using System.Text;
using Xunit;

namespace Punch.Tests.Text;

public sealed class PeerMessageTests
{
    private const string Example =
        "2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17 seen=c3d2e1f0a9b88771/12 held=3105us got=11";

    private static readonly PeerMessage ExampleMessage = new()
    {
        Id = 0x5f0c9a77d1e2b340,
        Sequence = 17,
        Seen = new Sighting(0xc3d2e1f0a9b88771, 12, TimeSpan.FromMicroseconds(3105), 11),
    };

    [Fact]
    public void The_example_of_the_design_reads_as_it_says()
    {
        PeerMessageParse result = Parse(Example, out PeerMessage message, out int textLength);

        Assert.Equal(PeerMessageParse.Message, result);
        Assert.Equal(ExampleMessage, message);
        Assert.Equal("2026-11-22 14:23:01 +0000", Example[..textLength]);
    }

    [Fact]
    public void The_example_of_the_design_is_written_to_the_letter()
    {
        Span<byte> buffer = stackalloc byte[256];

        int length = ExampleMessage.Write("2026-11-22 14:23:01 +0000"u8, buffer, 0);

        Assert.Equal(Example, Encoding.ASCII.GetString(buffer[..length]));
    }

    [Theory]
    [InlineData("x punch/1 id=1 seq=0")]
    [InlineData("x punch/1 id=5f0c9a77d1e2b340 seq=4294967295")]
    [InlineData("2026-11-22 14:23:01 +0000 punch/1 id=5F0C9A77D1E2B340 seq=1 ")]
    [InlineData("2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=1 got=0 colour=blue")]
    [InlineData("2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=1 seen=1/1 held=0us got=1 new=field bye=1 more")]
    [InlineData(Example + "                                      ")]
    public void Future_fields_and_padding_are_ignored(string text) =>
        Assert.Equal(PeerMessageParse.Message, Parse(text, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("2007-02-26 12:00:00 +0000")]
    [InlineData("punch/1 id=5f0c9a77d1e2b340 seq=1")]
    [InlineData("x punch/")]
    [InlineData("x punch/ id=1 seq=1")]
    [InlineData("x punch/-1 id=1 seq=1")]
    [InlineData("x punch/99999999999 id=1 seq=1")]
    [InlineData("x punch/1")]
    [InlineData("x punch/1 id=")]
    [InlineData("x punch/1 id=xyz seq=1")]
    [InlineData("x punch/1 id=5f0c9a77d1e2b3401 seq=1")]
    [InlineData("x punch/1 id=1 seq=")]
    [InlineData("x punch/1 id=1 seq=-1")]
    [InlineData("x punch/1 id=1 seq=+1")]
    [InlineData("x punch/1 id=1 seq=4294967296")]
    [InlineData("x punch/1 id=1 seq=99999999999999999999999")]
    [InlineData("x punch/1 id=1 seq=1x")]
    [InlineData("x punch/1 seq=1 id=1")]
    [InlineData("x punch/1 id=1 seq=1 seen=")]
    [InlineData("x punch/1 id=1 seq=1 seen=1")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/1")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/1 held=1 got=1")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/1 held=1000000000001us got=1")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/1 held=1us")]
    [InlineData("x punch/1 id=1 seq=1 seen=1/1 held=1us got=1x")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789 punch/1 id=1 seq=1")]
    public void Anything_else_is_foreign(string text)
    {
        Assert.Equal(PeerMessageParse.Foreign, Parse(text, out PeerMessage message, out _));
        Assert.Equal(default, message);
    }

    [Theory]
    [InlineData("x punch/2 whatever=may come")]
    [InlineData("x punch/0")]
    public void Another_version_is_distinguished_from_noise(string text) =>
        Assert.Equal(PeerMessageParse.OtherVersion, Parse(text, out _, out _));

    [Fact]
    public void Every_truncation_of_a_message_is_foreign_or_a_shorter_message()
    {
        for (int length = 0; length < Example.Length; length++)
        {
            PeerMessageParse result = Parse(Example[..length], out PeerMessage message, out _);

            // A cut number is a smaller number: the only way a prefix can pass.
            if (result == PeerMessageParse.Message) { Assert.Equal(ExampleMessage.Id, message.Id); }
        }
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var random = new SplitMix64(20261122);
        Span<byte> buffer = stackalloc byte[256];
        for (int i = 0; i < 20_000; i++)
        {
            PeerMessage written = Random(ref random);
            int length = written.Write("2026-11-22 14:23:01 +0000"u8, buffer, random.NextInt(200));

            Assert.Equal(PeerMessageParse.Message, PeerMessage.Parse(buffer[..length], out PeerMessage read, out _));
            Assert.Equal(written, read);
        }
    }

    [Fact]
    public void The_longest_message_fits_and_padding_reaches_exactly_what_was_asked()
    {
        var longest = new PeerMessage
        {
            Id = ulong.MaxValue,
            Sequence = uint.MaxValue,
            Seen = new Sighting(ulong.MaxValue, uint.MaxValue, TimeSpan.MaxValue, uint.MaxValue),
            Data = new DataCount(long.MaxValue, long.MaxValue),
            IsAsking = true,
            IsFull = true,
            HasEnded = true,
            IsLeaving = true,
        };
        byte[] buffer = new byte[2000];

        Assert.Equal(195, longest.Write("2026-11-22 14:23:01 +0000"u8, buffer, 0));
        Assert.Equal(1024, longest.Write("2026-11-22 14:23:01 +0000"u8, buffer, 1024));
        Assert.Equal(PeerMessageParse.Message, PeerMessage.Parse(buffer.AsSpan(0, 1024), out _, out _));
    }

    [Theory]
    [InlineData(" data=17/4", 17, 4, "")]
    [InlineData(" data=0/0 ask=1 full=1 eof=1 bye=1", 0, 0, "afeb")]
    [InlineData(" new=5 data=1000000000000/0 eof=1", 1_000_000_000_000, 0, "e")]
    [InlineData(" ask=1", -1, 0, "a")]
    [InlineData(" ask=12 full= eof=1x", -1, 0, "")]
    [InlineData(" data=1000000000001/0", -1, 0, "")]
    [InlineData(" data=1/2/3", -1, 0, "")]
    [InlineData(" data=/", -1, 0, "")]
    public void The_data_fields_follow_all_other_fields(string trailing, long sent, long taken, string flags)
    {
        byte[] payload = Encoding.ASCII.GetBytes($"2026-11-22 14:23:01 +0000 punch/1 id=1 seq=2 seen=3/4 held=5us got=6{trailing}   ");

        Assert.Equal(PeerMessageParse.Message, PeerMessage.Parse(payload, out PeerMessage message, out _));
        Assert.Equal(sent < 0 ? null : new DataCount(sent, taken), message.Data);
        Assert.Equal(flags, $"{(message.IsAsking ? "a" : "")}{(message.IsFull ? "f" : "")}{(message.HasEnded ? "e" : "")}{(message.IsLeaving ? "b" : "")}");
    }

    [Fact]
    public void The_data_fields_are_written_in_order()
    {
        byte[] buffer = new byte[300];
        PeerMessage message = ExampleMessage with { Data = new DataCount(12, 345), IsAsking = true, IsFull = true, HasEnded = true, IsLeaving = true };

        int length = message.Write("2026-11-22 14:23:01 +0000"u8, buffer, 0);

        Assert.EndsWith(" got=11 data=12/345 ask=1 full=1 eof=1 bye=1", Encoding.ASCII.GetString(buffer, 0, length));
    }

    [Fact]
    public void A_message_that_does_not_fit_is_not_written()
    {
        byte[] buffer = new byte[Example.Length - 1];

        Assert.Equal(0, ExampleMessage.Write("2026-11-22 14:23:01 +0000"u8, buffer, 0));
        Assert.All(buffer, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_first_message_is_long_enough_to_be_answered_in_as_many_bytes()
    {
        byte[] buffer = new byte[256];
        PeerMessage answer = ExampleMessage with { Sequence = 9999, Seen = new Sighting(ulong.MaxValue, 1, TimeSpan.FromMicroseconds(9999), 1) };

        Assert.InRange(answer.Write("2026-11-22 14:23:01 +0000"u8, buffer, 0), 1, PeerMessage.MinLength);
    }

    [Fact]
    public void Mutated_messages_never_throw()
    {
        const ulong Seed = 6311;
        var random = new SplitMix64(Seed);
        int mutations = int.TryParse(Environment.GetEnvironmentVariable("PUNCH_MUTATIONS"), out int asked) ? asked : 200_000;
        byte[] original = Encoding.ASCII.GetBytes(Example + " bye=1 ");
        byte[] mutated = new byte[original.Length + 8];
        int messages = 0;
        for (int i = 0; i < mutations; i++)
        {
            int length = Mutate(original, mutated, ref random);
            if (PeerMessage.Parse(mutated.AsSpan(0, length), out _, out _) == PeerMessageParse.Message) { messages++; }
        }

        // Mutations that all fail the first check would test nothing.
        Assert.InRange(messages, mutations / 20, mutations - 1);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[] buffer = new byte[256];
        RoundTrip(buffer, 100);

        Assert.Equal(0, Allocation.Fewest(() => RoundTrip(buffer, 10_000)));
    }

    private static void RoundTrip(byte[] buffer, int times)
    {
        for (int i = 0; i < times; i++)
        {
            int length = ExampleMessage.Write("2026-11-22 14:23:01 +0000"u8, buffer, PeerMessage.MinLength);
            PeerMessage.Parse(buffer.AsSpan(0, length), out _, out _);
        }
    }

    private static int Mutate(byte[] original, byte[] mutated, ref SplitMix64 random)
    {
        original.CopyTo(mutated, 0);
        int length = original.Length;
        for (int change = random.NextInt(3); change >= 0; change--)
        {
            int at = random.NextInt(length);
            switch (random.NextInt(4))
            {
                case 0:
                    mutated[at] = (byte)random.NextInt(256);
                    break;
                case 1:
                    mutated[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 2:
                    length = Math.Max(1, at);
                    break;
                default:
                    mutated.AsSpan(at, length - at - 1).CopyTo(mutated.AsSpan(at + 1));
                    break;
            }
        }

        return length;
    }

    private static PeerMessage Random(ref SplitMix64 random) => new()
    {
        Id = random.Next(),
        Sequence = (uint)(random.Next() >> 32 >> random.NextInt(32)),
        Seen = random.NextInt(4) == 0
            ? null
            : new Sighting(random.Next(), (uint)(random.Next() >> 32), TimeSpan.FromMicroseconds(random.NextInt(100_000_000)), (uint)(random.Next() >> 40)),
        IsLeaving = random.NextInt(3) == 0,
    };

    private static PeerMessageParse Parse(string text, out PeerMessage message, out int textLength) =>
        PeerMessage.Parse(Encoding.ASCII.GetBytes(text), out message, out textLength);
}
