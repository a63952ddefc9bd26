using Punch.Serving.Limits;
using Punch.Serving.Stun;
using Punch.Tests.Serving;
using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunAllocationTests
{
    private static readonly byte[] Key = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();
    private static readonly byte[] Buffer = new byte[2048];
    private static readonly StunAttributeType[] Types = [StunAttributeType.Padding, StunAttributeType.ChangeRequest];
    private static readonly StunPasswordAlgorithm[] Algorithms = [StunPasswordAlgorithm.Sha256, StunPasswordAlgorithm.Md5];
    private static readonly TransportAddress Address = TransportAddress.Parse("[2001:db8::1]:6311");

    [Fact]
    public void Reading_and_verifying_a_message_allocates_nothing()
    {
        byte[][] messages = StunData.Messages();

        Assert.Equal(0, AllocatedBy(() =>
        {
            Span<StunAttributeType> unknown = stackalloc StunAttributeType[4];
            foreach (byte[] bytes in messages)
            {
                StunMessage.Parse(bytes, out StunMessage message);
                message.TryGetReflexiveAddress(out _);
                message.TryGetErrorCode(out _, out _);
                message.TryGetNonce(out ReadOnlySpan<byte> nonce);
                StunNonce.TryGetFeatures(nonce, out _);
                message.ListUnknown(Types, unknown);
                message.HasValidIntegrity(Key);
                message.HasValidIntegritySha256(Key);
                message.HasValidFingerprint();
            }
        }));
    }

    [Fact]
    public void Writing_a_message_allocates_nothing()
    {
        TransactionId id = TransactionId.FromBytes(StunBytes.Id);

        Assert.Equal(0, AllocatedBy(() =>
        {
            StunWriter.TryCreate(Buffer, StunMethod.Binding, StunClass.Success, id, out StunWriter writer);
            writer.TryWriteXorMappedAddress(Address);
            writer.TryWriteAddress(StunAttributeType.MappedAddress, Address);
            writer.TryWriteUsername("user"u8);
            writer.TryWriteErrorCode(StunErrorCode.UnknownAttribute, "no"u8);
            writer.TryWriteUnknownAttributes(Types);
            writer.TryWritePasswordAlgorithms(Algorithms);
            writer.TryWriteFillerUpTo(512);
            writer.TryWriteIntegrity(Key);
            writer.TryWriteIntegritySha256(Key);
            writer.TryWriteFingerprint();
        }));
    }

    [Fact]
    public void Deriving_a_key_allocates_nothing() =>
        Assert.Equal(0, AllocatedBy(() =>
        {
            Span<byte> key = stackalloc byte[32];
            StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, "user"u8, "realm"u8, "pass"u8, key, out _);
            StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Sha256, "user"u8, "realm"u8, "pass"u8, key, out _);
            StunCredentials.TryGetUserhash("user"u8, "realm"u8, key);
        }));

    [Fact]
    public void Answering_and_limiting_allocate_nothing()
    {
        byte[][] messages = StunData.Messages();
        StunServerCore server = StunServers.TwoAddresses(StunReplySize.NeverLarger);
        var limiter = new RateLimiter(RateLimit.Stun, (1, 2), buckets: 64);

        Assert.Equal(0, AllocatedBy(() =>
        {
            foreach (byte[] bytes in messages)
            {
                limiter.TryAcquire(Address.Host, Instant.Zero);
                server.TryAnswer(bytes, Address, 0, Buffer, out _);
            }
        }));
    }

    private static long AllocatedBy(Action action)
    {
        // until the tiers of compilation have settled, and everything static is there
        for (int i = 0; i < 100; i++) { action(); }

        return Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++) { action(); }
        });
    }
}
