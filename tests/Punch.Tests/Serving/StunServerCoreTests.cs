using Punch.Serving.Stun;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

public sealed class StunServerCoreTests
{
    private static readonly TransportAddress Client = TransportAddress.Parse("192.0.2.7:40001");

    [Fact]
    public void A_bare_request_gets_the_address_it_came_from_and_no_more()
    {
        byte[] expected = StunBytes.Success().WithAddress(0x0020, "192.0.2.7", 40001, isXored: true).ToArray();

        (byte[] reply, StunReply answer) = Answer(StunServers.TwoAddresses(), StunBytes.Request());

        Assert.Equal(expected, reply);
        Assert.Equal(new StunReply(32, 0, Client, StunClass.Success), answer);
    }

    [Fact]
    public void An_IPv6_client_gets_its_own_address()
    {
        byte[] expected = StunBytes.Success().WithAddress(0x0020, "2001:db8::7", 9, isXored: true).ToArray();

        (byte[] reply, _) = Answer(StunServers.OneEndpoint(), StunBytes.Request(), TransportAddress.Parse("[2001:db8::7]:9"));

        Assert.Equal(44, reply.Length);
        Assert.Equal(expected, reply);
    }

    [Fact]
    public void A_fingerprint_is_answered_with_a_fingerprint()
    {
        byte[] expected = StunBytes.Success().WithAddress(0x0020, "192.0.2.7", 40001, isXored: true).WithFingerprint().ToArray();

        (byte[] reply, _) = Answer(StunServers.OneEndpoint(), StunBytes.Request().WithFingerprint());

        Assert.Equal(expected, reply);
    }

    [Fact]
    public void A_request_with_room_gets_all_attributes_of_RFC_5780()
    {
        byte[] expected = StunBytes.Success()
            .WithAddress(0x0020, "192.0.2.7", 40001, isXored: true)
            .WithAddress(0x802C, "203.0.113.1", 3478) // the change of both, seen from A2:P2
            .WithAddress(0x802B, "203.0.113.2", 3479)
            .WithAddress(0x0001, "192.0.2.7", 40001)
            .ToArray();

        (byte[] reply, StunReply answer) = Answer(StunServers.TwoAddresses(), StunBytes.Request().With(0xFF50, new byte[44]), receivedOn: 3);

        Assert.Equal(expected, reply);
        Assert.Equal(3, answer.From);
    }

    /// <summary>
    /// turnutils_natdiscovery sends bare requests, the third to the place that the reply of A2:P1 names. That has to be A2:P2.
    /// </summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void A_bare_request_gets_the_second_address_on_every_endpoint(int receivedOn, int other)
    {
        TransportAddress[] endpoints = [StunServers.A1P1, StunServers.A1P2, StunServers.A2P1, StunServers.A2P2];

        (byte[] reply, StunReply answer) =
            Answer(StunServers.TwoAddresses(StunReplySize.AllAddresses), StunBytes.Request(), receivedOn: receivedOn);

        Assert.True(Parsed(reply).TryGetOtherAddress(out TransportAddress named));
        Assert.Equal((endpoints[other], receivedOn), (named, answer.From));
    }

    [Fact]
    public void A_server_with_one_address_claims_no_other()
    {
        byte[] expected = StunBytes.Success()
            .WithAddress(0x0020, "192.0.2.7", 40001, isXored: true)
            .WithAddress(0x0001, "192.0.2.7", 40001)
            .ToArray();

        (byte[] reply, _) = Answer(StunServers.OneEndpoint(), StunBytes.Request().With(0xFF50, new byte[104]));

        Assert.Equal(expected, reply);
    }

    [Theory]
    [InlineData(0, 3479)]
    [InlineData(1, 3478)]
    public void A_server_with_two_ports_names_the_other(int receivedOn, int other)
    {
        byte[] expected = StunBytes.Success()
            .WithAddress(0x0020, "192.0.2.7", 40001, isXored: true)
            .With(0xFF51, (byte)(other >> 8), (byte)(other & 0xFF))
            .WithAddress(0x0001, "192.0.2.7", 40001)
            .ToArray();

        (byte[] reply, _) = Answer(StunServers.TwoPorts(), StunBytes.Request().With(0xFF50, new byte[104]), receivedOn: receivedOn);

        Assert.Equal(expected, reply);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 2, 1)]
    [InlineData(0, 4, 2)]
    [InlineData(0, 6, 3)]
    [InlineData(3, 2, 2)]
    [InlineData(3, 4, 1)]
    [InlineData(3, 6, 0)]
    [InlineData(2, 6, 1)]
    public void A_change_request_moves_the_source_of_the_answer(int receivedOn, byte flags, int from)
    {
        StunBytes request = StunBytes.Request().With(0x0003, 0, 0, 0, flags).With(0xFF50, new byte[36]);

        (byte[] reply, StunReply answer) = Answer(StunServers.TwoAddresses(), request, receivedOn: receivedOn);

        TransportAddress[] endpoints = [StunServers.A1P1, StunServers.A1P2, StunServers.A2P1, StunServers.A2P2];
        StunMessage message = Parsed(reply);
        Assert.Equal((from, Client), (answer.From, answer.To));
        Assert.True(message.TryGetAddress(StunAttributeType.ResponseOrigin, out TransportAddress origin));
        Assert.Equal(endpoints[from], origin);
        // RFC 5780 §6.1, table 1: OTHER-ADDRESS does not depend on the flags
        Assert.True(message.TryGetOtherAddress(out TransportAddress other));
        Assert.Equal(endpoints[receivedOn ^ 3], other);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_server_with_one_endpoint_refuses_every_change(byte flags) =>
        Refuses(420, [0x0003], StunServers.OneEndpoint(), StunBytes.Request().With(0x0003, 0, 0, 0, flags));

    [Fact]
    public void A_server_with_two_ports_changes_the_port_and_refuses_another_address()
    {
        (_, StunReply answer) = Answer(StunServers.TwoPorts(), StunBytes.Request().With(0x0003, 0, 0, 0, 2), receivedOn: 1);

        Assert.Equal((0, StunClass.Success), (answer.From, answer.Class));
        Refuses(420, [0x0003], StunServers.TwoPorts(), StunBytes.Request().With(0x0003, 0, 0, 0, 4));
        Refuses(420, [0x0003], StunServers.TwoPorts(), StunBytes.Request().With(0x0003, 0, 0, 0, 6));
    }

    [Fact]
    public void A_response_port_is_served_on_the_host_that_asked()
    {
        (byte[] reply, StunReply answer) = Answer(StunServers.OneEndpoint(), StunBytes.Request().With(0x0027, 0x9C, 0x42, 0, 0));

        Assert.Equal(Client with { Port = 0x9C42 }, answer.To);
        Assert.True(Parsed(reply).TryGetXorMappedAddress(out TransportAddress mapped));
        Assert.Equal(Client, mapped);
    }

    [Theory]
    [InlineData("0027", "0000")] // no port
    [InlineData("0027", "9C")]
    [InlineData("0003", "000002")]
    public void A_malformed_attribute_of_behaviour_discovery_is_a_bad_request(string type, string value) =>
        Refuses(400, [], StunServers.TwoAddresses(), StunBytes.Request().With(Convert.ToUInt16(type, 16), Convert.FromHexString(value)));

    [Fact]
    public void A_response_port_with_padding_is_a_bad_request() =>
        Refuses(400, [], StunServers.TwoAddresses(), StunBytes.Request().With(0x0027, 0x9C, 0x42, 0, 0).With(0x0026, new byte[100]));

    [Fact]
    public void What_the_server_does_not_understand_is_named_in_a_refusal()
    {
        Refuses(420, [0x7001, 0x0024], StunServers.TwoAddresses(), StunBytes.Request().With(0x7001).With(0x0024, 1, 2, 3, 4).With(0xC000, 1));
        Refuses(420, [0x7001, 0x0003], StunServers.OneEndpoint(), StunBytes.Request().With(0x0003, 0, 0, 0, 2).With(0x7001).WithFingerprint());
    }

    [Fact]
    public void A_refusal_names_no_more_than_its_limit()
    {
        StunBytes request = StunBytes.Request();
        for (ushort type = 0x7000; type <= 0x7000 + StunServerCore.MaxUnknownAttributes; type++) { request.With(type); }

        int[] named = [.. Enumerable.Range(0x7000, StunServerCore.MaxUnknownAttributes)];
        Refuses(420, named, StunServers.OneEndpoint(), request.With(0x0003, 0, 0, 0, 2));
    }

    [Fact]
    public void Credentials_are_read_past() =>
        Assert.Equal(StunClass.Success, Answer(StunServers.OneEndpoint(), StunBytes.Request().With(0x0006, "user").WithIntegrity([1])).Answer.Class);

    [Fact]
    public void Only_binding_requests_are_answered()
    {
        foreach (StunServerCore server in new[] { StunServers.OneEndpoint(), StunServers.TwoPorts(), StunServers.TwoAddresses(StunReplySize.AllAddresses) })
        {
            for (int type = 0; type <= 0x3FFF; type++)
            {
                byte[] reply = new byte[128];
                bool isAnswered = server.TryAnswer(new StunBytes((ushort)type).ToArray(), Client, 0, reply, out StunReply answer);

                Assert.Equal(type == 0x0001, isAnswered);
                Assert.Equal(isAnswered, answer != default);
            }
        }
    }

    [Fact]
    public void Anything_malformed_is_met_with_silence()
    {
        byte[] whole = StunBytes.Request().With(0x8022, "x").WithFingerprint().ToArray();
        for (int length = 0; length < whole.Length; length++) { Silent(StunServers.OneEndpoint(), whole[..length], Client); }

        byte[] wrong = [.. whole];
        wrong[^1] ^= 1;
        Silent(StunServers.OneEndpoint(), wrong, Client);
        Silent(StunServers.OneEndpoint(), [.. whole, 0], Client);
    }

    [Theory]
    [InlineData("192.0.2.7:0")]
    [InlineData("0.0.0.0:5")]
    [InlineData("[::]:5")]
    [InlineData("224.0.0.1:5")]
    [InlineData("[ff02::1]:5")]
    [InlineData("255.255.255.255:5")]
    [InlineData("203.0.113.1:3478")]
    [InlineData("203.0.113.2:3479")]
    public void A_source_that_cannot_be_a_client_is_met_with_silence(string client) =>
        Silent(StunServers.TwoAddresses(), StunBytes.Request().ToArray(), TransportAddress.Parse(client));

    [Fact]
    public void A_response_port_cannot_aim_at_the_server_itself()
    {
        TransportAddress neighbour = StunServers.A2P2 with { Port = 5 };

        Silent(StunServers.TwoAddresses(), StunBytes.Request().With(0x0027, 0x0D, 0x97, 0, 0).ToArray(), neighbour);
    }

    [Fact]
    public void Endpoints_that_form_no_layout_are_refused()
    {
        string[][] wrong =
        [
            [],
            ["203.0.113.1:1", "203.0.113.1:2", "203.0.113.2:1"],
            ["203.0.113.1:1", "203.0.113.1:1"],
            ["203.0.113.1:1", "203.0.113.2:1"],
            ["203.0.113.1:1", "203.0.113.1:2", "203.0.113.2:1", "203.0.113.2:3"],
            ["203.0.113.1:1", "203.0.113.1:2", "203.0.113.2:2", "203.0.113.2:1"],
            ["203.0.113.1:1", "203.0.113.1:2", "203.0.113.1:1", "203.0.113.1:2"],
            ["0.0.0.0:1", "0.0.0.0:2", "203.0.113.2:1", "203.0.113.2:2"],
            ["203.0.113.1:1", "203.0.113.1:2", "[2001:db8::1]:1", "[2001:db8::1]:2"],
        ];

        Assert.All(wrong, endpoints => Assert.Throws<ArgumentException>(
            () => new StunServerCore(new StunServerOptions { Endpoints = [.. endpoints.Select(TransportAddress.Parse)] })));
        Assert.Throws<ArgumentOutOfRangeException>(() => StunServers.TwoPorts().TryAnswer([], Client, 2, new byte[128], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => StunServers.TwoPorts().TryAnswer([], Client, -1, new byte[128], out _));
    }

    private static void Refuses(int code, int[] named, StunServerCore server, StunBytes request)
    {
        byte[] bytes = request.ToArray();
        StunMessage.Parse(bytes, out StunMessage asked);

        (byte[] reply, StunReply answer) = Answer(server, request);

        StunMessage message = Parsed(reply);
        StunAttributeType[] types = new StunAttributeType[32];
        Assert.Equal(new StunReply(reply.Length, 0, Client, StunClass.Error), answer);
        Assert.True(message.TryGetErrorCode(out StunErrorCode received, out ReadOnlySpan<byte> reason));
        Assert.Equal(code, (int)received);
        Assert.True(reason.IsEmpty);
        Assert.Equal(named.Length > 0, message.TryGetUnknownAttributes(types, out int count));
        Assert.Equal(named, types[..count].Select(type => (int)type));
        Assert.Equal(asked.HasFingerprint, message.HasValidFingerprint());
        Assert.InRange(reply.Length, 28, bytes.Length + 12);
    }

    private static void Silent(StunServerCore server, byte[] request, TransportAddress client)
    {
        byte[] reply = new byte[256];

        Assert.False(server.TryAnswer(request, client, 0, reply, out StunReply answer));
        Assert.Equal(default, answer);
    }

    private static (byte[] Reply, StunReply Answer) Answer(StunServerCore server, StunBytes request, TransportAddress? client = null, int receivedOn = 0)
    {
        byte[] reply = new byte[2048];
        Assert.True(server.TryAnswer(request.ToArray(), client ?? Client, receivedOn, reply, out StunReply answer));
        return (reply[..answer.Length], answer);
    }

    private static StunMessage Parsed(byte[] bytes)
    {
        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes, out StunMessage message));
        Assert.Equal(TransactionId.FromBytes(StunBytes.Id), message.TransactionId);
        return message;
    }
}
