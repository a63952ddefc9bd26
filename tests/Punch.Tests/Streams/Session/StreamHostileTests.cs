using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>A peer that has the code and breaks the rules: the session ends with the rule, never throws and never grows without a bound.</summary>
public sealed class StreamHostileTests
{
    public static TheoryData<string, StreamError, string[]> BrokenRules => new()
    {
        { "a byte beyond the credit of the stream", StreamError.FlowControl, ["0C0080040000AA"] },
        { "the end beyond the credit", StreamError.FlowControl, ["0D0080040001"] },
        { "a reset beyond the credit", StreamError.FlowControl, ["04000780040001"] },
        { "another stream", StreamError.StreamLimit, ["0804AA"] },
        { "credit for another stream", StreamError.StreamLimit, ["11044100"] },
        { "another end", StreamError.FinalSize, ["0D0005", "0D0006"] },
        { "an end before the last byte", StreamError.FinalSize, ["0C0005AA", "0D0005"] },
        { "a byte beyond the end", StreamError.FinalSize, ["0D0005", "0C0005AA"] },
        { "a reset of another length", StreamError.FinalSize, ["0D0005", "04000706"] },
        { "a reset before the last byte", StreamError.FinalSize, ["0C0005AA", "04000705"] },
        { "another reset", StreamError.FinalSize, ["04000705", "04000706"] },
        { "an acknowledgement of what was not sent", StreamError.ProtocolViolation, ["0203000000"] },
        { "a wish for acknowledgements of all numbers", StreamError.ProtocolViolation, ["02BFFFFFFF0000BFFFFFFF"] },
        { "bytes consumed that were not sent", StreamError.ProtocolViolation, ["80004002004BB9"] },
        { "another use", StreamError.NoMatch, ["80004001020102"] },
        { "broken settings", StreamError.FrameEncoding, ["800040010101"] },
        { "a frame that is not known", StreamError.FrameEncoding, ["0133"] },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public void A_broken_rule_ends_the_session(string rule, StreamError error, string[] packets)
    {
        var victim = new StreamVictim();
        for (int i = 0; i < packets.Length; i++)
        {
            Assert.True(victim.Session.State == StreamSessionState.Open, rule);
            victim.Hear(Convert.FromHexString(packets[i]));
        }

        ClaimEnded(victim, error);
    }

    [Fact]
    public void As_many_gaps_are_kept_as_the_limit_and_no_more()
    {
        var victim = new StreamVictim();
        for (int i = 1; i <= ReceivePart.MaxGaps; i++) { victim.Hear(Stream((ulong)i * 2, 1)); }

        Assert.Equal(StreamSessionState.Open, victim.Session.State);
        victim.Hear(Stream((ReceivePart.MaxGaps + 1) * 2, 1));

        ClaimEnded(victim, StreamError.TooManyGaps);
    }

    [Fact]
    public void An_acknowledgement_of_a_number_that_was_left_out_ends_the_session()
    {
        var victim = new StreamVictim();
        victim.Session.Recovery.NoteSkipped(victim.Next++);
        victim.Session.Write(victim.Stream, [1]);
        victim.Drain();

        victim.Hear([0x02, (byte)(victim.Next - 1), 0, 0, (byte)(victim.Next - 1)]);

        ClaimEnded(victim, StreamError.ProtocolViolation);
    }

    [Fact]
    public void An_acknowledgement_in_hundreds_of_ranges_is_read_as_far_as_it_is_kept()
    {
        var victim = new StreamVictim();
        for (int i = 0; i < 2_000; i++) { victim.Next++; }

        victim.Hear([0x02, 0x40 | (1_800 >> 8), 1_800 & 0xFF, 0, 0x40 | (800 >> 8), 800 & 0xFF, 0, .. new byte[1_600]]);

        Assert.Equal(StreamSessionState.Open, victim.Session.State);
        victim.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(StreamSessionState.Open, victim.Session.State);
    }

    [Fact]
    public void A_peer_that_gives_a_stream_up_again_and_again_gets_its_credit_once()
    {
        var victim = new StreamVictim();
        for (int i = 0; i < 100; i++) { victim.Hear([0x04, 0x00, 0x07, 0x80, 0x02, 0x00, 0x00]); }

        Assert.Equal(StreamSessionState.Open, victim.Session.State);
        Assert.Equal(ReceiveState.ResetReceived, victim.Stream.Receive.State);
    }

    [Fact]
    public void No_mutated_packet_throws_or_breaks_a_limit()
    {
        for (ulong seed = 0; seed < LongRun.Mutations;)
        {
            var victim = new StreamVictim();
            var mutator = new PacketMutator(seed);
            ulong first = seed;
            try
            {
                do
                {
                    victim.Hear(mutator.Next(victim));
                    if (mutator.Chance(4)) { victim.Pass(mutator.Time()); }

                    if (mutator.Chance(8)) { victim.Read(); }

                    seed++;
                }
                while (victim.Session.State == StreamSessionState.Open && seed < first + 200);

                victim.Drain();
            }
            catch (Exception error) { throw new InvalidOperationException($"the victim of seed {first}, packet {seed - first}", error); }

            ReceivePart receive = victim.Stream.Receive;
            Assert.True(receive.Highest <= receive.Credit.Limit || victim.IsOver, $"seed {first}");
            Assert.True(!victim.Stream.Send.IsComplete || victim.Stream.Send.Sent == StreamVictim.Sent, $"seed {first}");
        }
    }

    [Fact]
    public void A_flood_of_pieces_and_acknowledgements_takes_no_memory()
    {
        var victim = new StreamVictim();
        byte[] ack = [0x02, 0x02, 0x00, 0x00, 0x00, 0x01];
        byte[] piece = Stream(0, 1);
        victim.Hear(Stream(250_000, 1));
        Flood(victim, ack, piece, count: 5_000);

        long allocated = Allocation.Fewest(() => Flood(victim, ack, piece, count: 20_000));

        Assert.Equal(0, allocated);
        Assert.Equal(StreamSessionState.Open, victim.Session.State);
    }

    private static void Flood(StreamVictim victim, byte[] ack, byte[] piece, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Every fourth of 1,024 bytes, so 256 pieces with gaps.
            piece[4] = (byte)(i >> 6 & 0x03);
            piece[5] = (byte)(i << 2 & 0xFC);
            victim.Hear(piece);
            victim.Hear(ack);
            victim.Pass(TimeSpan.FromMilliseconds(1));
        }
    }

    private static byte[] Stream(ulong offset, int length)
    {
        byte[] frame = [0x0C, 0x00, 0x80, (byte)(offset >> 16), (byte)(offset >> 8 & 0xFF), (byte)(offset & 0xFF), .. new byte[length]];
        return frame;
    }

    private static void ClaimEnded(StreamVictim victim, StreamError error)
    {
        Assert.Equal((error, false), victim.Session.End);
        victim.Drain();
        Assert.Equal(StreamSessionState.Closed, victim.Session.State);
        Assert.Equal(StreamSession.Farewells, victim.Farewells.Count);
        string code = ((ulong)error).ToString(error < (StreamError)64 ? "X2" : "X4", System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(victim.Farewells, body => Assert.Equal($"1C{(code.Length == 2 ? code : "4" + code[1..])}00", Convert.ToHexString(body)));

        victim.Hear([0x01]);
        victim.Pass(TimeSpan.FromSeconds(10));
        Assert.Null(victim.Session.NextTimeout);
        Assert.Equal(StreamSession.Farewells, victim.Farewells.Count);
    }
}
