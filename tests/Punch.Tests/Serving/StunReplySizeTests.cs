using Punch.Serving.Stun;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

public sealed class StunReplySizeTests
{
    private static readonly TransportAddress V4 = TransportAddress.Parse("192.0.2.7:40001");
    private static readonly TransportAddress V6 = TransportAddress.Parse("[2001:db8::7]:40001");

    /// <summary>The order in which a shorter request loses attributes: MAPPED-ADDRESS, RESPONSE-ORIGIN, OTHER-ADDRESS.</summary>
    [Theory]
    [InlineData(20, 32, "0020")]
    [InlineData(32, 32, "0020")]
    [InlineData(40, 32, "0020")]
    [InlineData(44, 44, "0020 802C")]
    [InlineData(52, 44, "0020 802C")]
    [InlineData(56, 56, "0020 802C 802B")]
    [InlineData(64, 56, "0020 802C 802B")]
    [InlineData(68, 68, "0020 802C 802B 0001")]
    [InlineData(128, 68, "0020 802C 802B 0001")]
    public void An_answer_has_what_fits_into_the_size_of_its_request(int asked, int answered, string types) =>
        Answers(StunServers.TwoAddresses(), asked, V4, answered, types);

    [Theory]
    [InlineData(20, 32, "0020")]
    [InlineData(36, 32, "0020")]
    [InlineData(40, 40, "0020 FF51")]
    [InlineData(52, 52, "0020 FF51 0001")]
    public void A_server_with_two_ports_has_less_to_say(int asked, int answered, string types) =>
        Answers(StunServers.TwoPorts(), asked, V4, answered, types);

    [Theory]
    [InlineData(20, 68, "0020 802C 802B 0001")]
    [InlineData(28, 68, "0020 802C 802B 0001")]
    [InlineData(128, 68, "0020 802C 802B 0001")]
    public void With_all_addresses_allowed_a_server_names_them_for_any_request(int asked, int answered, string types) =>
        Answers(StunServers.TwoAddresses(StunReplySize.AllAddresses), asked, V4, answered, types);

    [Fact]
    public void With_all_addresses_allowed_a_server_without_a_second_one_names_none()
    {
        var server = new StunServerCore(new StunServerOptions { Endpoints = [StunServers.A1P1, StunServers.A1P2], ReplySize = StunReplySize.AllAddresses });

        Answers(server, 20, V4, 32, "0020");
    }

    [Fact]
    public void An_IPv6_answer_follows_the_same_order()
    {
        TransportAddress[] endpoints =
        [
            TransportAddress.Parse("[2001:db8::1]:1"), TransportAddress.Parse("[2001:db8::1]:2"),
            TransportAddress.Parse("[2001:db8::2]:1"), TransportAddress.Parse("[2001:db8::2]:2"),
        ];
        var server = new StunServerCore(new StunServerOptions { Endpoints = endpoints });
        var generous = new StunServerCore(new StunServerOptions { Endpoints = endpoints, ReplySize = StunReplySize.AllAddresses });

        Answers(server, 20, V6, 44, "0020");
        Answers(server, 64, V6, 44, "0020");
        Answers(server, 68, V6, 68, "0020 802C");
        Answers(server, 92, V6, 92, "0020 802C 802B");
        Answers(server, 116, V6, 116, "0020 802C 802B 0001");
        Answers(generous, 20, V6, 116, "0020 802C 802B 0001");
    }

    [Theory]
    [InlineData(24, 32)] // four bytes of PADDING and no room left
    [InlineData(36, 36)]
    [InlineData(1524, 1524)] // the request of coturn's client
    public void Padding_is_answered_with_padding_up_to_the_size_of_the_request(int asked, int answered)
    {
        byte[] request = StunBytes.Request().With(0x0026, new byte[asked - 24]).ToArray();
        byte[] reply = new byte[2048];

        Assert.True(StunServers.OneEndpoint().TryAnswer(request, V4, 0, reply, out StunReply answer));

        StunMessage.Parse(reply.AsSpan(0, answer.Length), out StunMessage message);
        Assert.Equal(answered, answer.Length);
        Assert.Equal(answered >= 36, message.Has(StunAttributeType.Padding));
    }

    [Fact]
    public void A_short_buffer_gets_a_shorter_reply_and_a_too_short_one_gets_none()
    {
        byte[] request = StunBytes.Request().With(0xFF50, new byte[104]).WithFingerprint().ToArray();
        for (int size = 0; size < 80; size++)
        {
            byte[] reply = new byte[size];

            bool isAnswered = StunServers.TwoAddresses().TryAnswer(request, V4, 0, reply, out StunReply answer);

            Assert.Equal(size >= 40, isAnswered);
            Assert.Equal(size switch { < 40 => 0, < 52 => 40, < 64 => 52, < 76 => 64, _ => 76 }, answer.Length);
        }
    }

    private static void Answers(StunServerCore server, int asked, TransportAddress client, int answered, string types)
    {
        StunBytes request = asked == 20 ? StunBytes.Request() : StunBytes.Request().With(0xFF50, new byte[asked - 24]);
        byte[] reply = new byte[256];

        Assert.True(server.TryAnswer(request.ToArray(), client, 0, reply, out StunReply answer));

        StunMessage.Parse(reply.AsSpan(0, answer.Length), out StunMessage message);
        List<string> found = [];
        foreach (StunAttribute attribute in message.Attributes) { found.Add($"{(int)attribute.Type:X4}"); }

        Assert.Equal((answered, types), (answer.Length, string.Join(' ', found)));
    }
}
