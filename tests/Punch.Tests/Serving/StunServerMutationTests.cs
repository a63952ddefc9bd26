using Punch.Serving.Stun;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

/// <summary>For any input, a reply is correct and within its size. PUNCH_MUTATIONS sets the number of datagrams.</summary>
public sealed class StunServerMutationTests
{
    [Fact]
    public void Every_answer_to_any_bytes_is_a_whole_message_within_the_size_rule()
    {
        StunServerCore[] servers =
            [StunServers.OneEndpoint(), StunServers.TwoPorts(), StunServers.TwoAddresses(), StunServers.TwoAddresses(StunReplySize.AllAddresses)];
        int[] endpoints = [1, 2, 4, 4];
        TransportAddress[] clients = [TransportAddress.Parse("192.0.2.7:40001"), TransportAddress.Parse("[2001:db8::7]:40001")];
        byte[] buffer = new byte[StunMutator.BufferLength];
        byte[] reply = new byte[StunMutator.BufferLength];
        int[] classes = new int[4];
        for (long seed = 0; seed < StunMutator.Count; seed++)
        {
            int length = StunMutator.Make((ulong)seed, buffer);
            int kind = (int)(seed & 3);
            TransportAddress client = clients[(seed >> 2) & 1];
            try
            {
                bool isAnswered = servers[kind].TryAnswer(buffer.AsSpan(0, length), client, (int)(seed % endpoints[kind]), reply, out StunReply answer);
                if (isAnswered) { classes[(int)answer.Class]++; }

                string? flaw = isAnswered ? Flaw(buffer.AsSpan(0, length), client, reply, answer, isGenerous: kind == 3) : null;
                if (flaw is not null) { throw new InvalidOperationException(flaw); }
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {seed}: {Convert.ToHexString(buffer, 0, length)}: {e}");
            }
        }

        Assert.True(classes[(int)StunClass.Success] > StunMutator.Count / 100);
        Assert.True(classes[(int)StunClass.Error] > StunMutator.Count / 100);
    }

    private static string? Flaw(ReadOnlySpan<byte> request, TransportAddress client, ReadOnlySpan<byte> reply, StunReply answer, bool isGenerous)
    {
        // RFC 3489: the cookie is part of the id, there is no fingerprint, and the address is plain.
        bool isClassic = ClassicStun.IsLikely(request);
        if (isClassic)
        {
            if (!request[4..8].SequenceEqual(reply[4..8])) { return "the id is wrong"; }

            request = ClassicStun.Modernize(request, new byte[request.Length]);
            reply = ClassicStun.Modernize(reply[..answer.Length], new byte[answer.Length]);
        }

        if (StunMessage.Parse(request, out StunMessage asked) != StunParseError.None || asked.Method != StunMethod.Binding || asked.Class != StunClass.Request)
        {
            return "answered what is no request";
        }

        if (StunMessage.Parse(reply[..answer.Length], out StunMessage message) != StunParseError.None) { return "the answer is malformed"; }

        if (message.TransactionId != asked.TransactionId || message.Method != asked.Method || message.Class != answer.Class) { return "the header is wrong"; }

        if (answer.To.Host != client.Host) { return "sent to another host"; }

        if (message.HasFingerprint != (asked.HasFingerprint && !isClassic) || (message.HasFingerprint && !message.HasValidFingerprint())) { return "the fingerprint is wrong"; }

        int most = request.Length + (client.Host.IsV6 && answer.Class == StunClass.Success ? 24 : 12);
        if (isGenerous) { most = Math.Max(most, StunServerCore.MaxPlainReplyLength); }

        if (answer.Length > most) { return $"{answer.Length} bytes for {request.Length}"; }

        bool isRight = answer.Class == StunClass.Success
            ? IsSeenAt(message, isClassic, client)
            : message.TryGetErrorCode(out StunErrorCode code, out _) && code is StunErrorCode.BadRequest or StunErrorCode.UnknownAttribute;
        return isRight ? null : "the answer is wrong";
    }

    private static bool IsSeenAt(StunMessage message, bool isClassic, TransportAddress client) =>
        (isClassic ? message.TryGetMappedAddress(out TransportAddress seen) : message.TryGetXorMappedAddress(out seen)) && seen == client;
}
