using Punch.Serving.Stun;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

/// <summary>Clients of RFC 3489. Their transaction id has 16 bytes, and there is no cookie.</summary>
public sealed class StunServerClassicTests
{
    private const ushort ChangeRequest = 0x0003;

    private static readonly TransportAddress Client = TransportAddress.Parse("192.0.2.7:40001");

    [Fact]
    public void A_client_of_RFC_3489_gets_its_plain_address_and_its_own_id()
    {
        byte[] expected = Classic(StunBytes.Success().WithAddress(0x0001, "192.0.2.7", 40001));

        (byte[] reply, StunReply answer) = Answer(StunServers.OneEndpoint(), Classic(StunBytes.Request()));

        Assert.Equal(expected, reply);
        Assert.Equal(new StunReply(32, 0, Client, StunClass.Success), answer);
    }

    /// <summary>The request of Debian's stun: it always has CHANGE-REQUEST.</summary>
    [Theory]
    [InlineData(0, 0, "203.0.113.1", 3478)]
    [InlineData(2, 1, "203.0.113.1", 3479)]
    [InlineData(6, 3, "203.0.113.2", 3479)]
    public void Two_addresses_are_both_named_and_the_reply_leaves_from_where_it_is_wanted(byte flags, int from, string host, int port)
    {
        byte[] expected = Classic(
            StunBytes.Success().WithAddress(0x0001, "192.0.2.7", 40001).WithAddress(0x0004, host, port).WithAddress(0x0005, "203.0.113.2", 3479));

        (byte[] reply, StunReply answer) = Answer(StunServers.TwoAddresses(StunReplySize.AllAddresses), Asking(flags));

        Assert.Equal(expected, reply);
        Assert.Equal(from, answer.From);
    }

    [Fact]
    public void An_answer_that_may_not_be_larger_has_the_address_of_the_client_alone()
    {
        (byte[] reply, _) = Answer(StunServers.TwoAddresses(), Asking(0));

        Assert.Equal(Classic(StunBytes.Success().WithAddress(0x0001, "192.0.2.7", 40001)), reply);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void A_change_that_is_not_possible_is_refused(byte flags)
    {
        (byte[] reply, StunReply answer) = Answer(StunServers.OneEndpoint(), Asking(flags));

        Assert.Equal(Classic(new StunBytes(0x0111).With(0x0009, 0, 0, 4, 20).With(0x000A, 0, 3)), reply);
        Assert.Equal((0, Client), (answer.From, answer.To));
    }

    [Fact]
    public void No_change_is_possible_for_any_server() => Assert.Equal(32, Answer(StunServers.OneEndpoint(), Asking(0)).Answer.Length);

    /// <summary>RESPONSE-ADDRESS asks for a reply to another host.</summary>
    [Fact]
    public void A_reply_never_goes_to_a_third_party()
    {
        byte[] request = Classic(StunBytes.Request().WithAddress(0x0002, "198.51.100.1", 53));

        (byte[] reply, StunReply answer) = Answer(StunServers.TwoAddresses(), request);

        Assert.Equal((StunClass.Error, Client), (answer.Class, answer.To));
        Assert.Equal(0x0A, reply[29]); // UNKNOWN-ATTRIBUTES
    }

    [Theory]
    [InlineData(0x0101)] // a reply
    [InlineData(0x0011)] // an indication
    [InlineData(0x0002)] // RFC 3489's shared secret, which is for TLS
    public void Anything_else_gets_no_reply(ushort type) => Assert.Empty(Answer(StunServers.OneEndpoint(), Classic(new StunBytes(type))).Reply);

    [Fact]
    public void No_bytes_get_a_reply_longer_than_allowed()
    {
        StunServerCore core = StunServers.TwoAddresses();
        byte[] bytes = new byte[StunMutator.BufferLength];
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            int length = StunMutator.Make(seed, bytes);
            if (length < 20) { continue; }

            bytes[4] ^= 0x55;
            (byte[] reply, _) = Answer(core, bytes[..length]);
            Assert.True(reply.Length <= length + 12, $"seed {seed}: {reply.Length} for {length}");
        }
    }

    private static byte[] Asking(byte flags) => Classic(StunBytes.Request().With(ChangeRequest, 0, 0, 0, flags));

    private static byte[] Classic(StunBytes message)
    {
        byte[] bytes = message.ToArray();
        new byte[] { 0xDE, 0xAD, 0xBE, 0xEF }.CopyTo(bytes, 4);
        return bytes;
    }

    private static (byte[] Reply, StunReply Answer) Answer(StunServerCore core, byte[] request)
    {
        byte[] reply = new byte[Math.Max(request.Length, StunServerCore.MaxPlainReplyLength)];
        bool isAnswered = core.TryAnswer(request, Client, 0, reply, out StunReply answer);
        return (isAnswered ? reply[..answer.Length] : [], answer);
    }
}
