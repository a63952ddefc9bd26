using System.Net;
using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunRoundTripTests
{
    private const int Runs = 2_000;

    [Fact]
    public void Random_addresses_read_from_hand_made_bytes_and_from_written_ones_are_the_same()
    {
        byte[] buffer = new byte[128];
        for (ulong seed = 0; seed < Runs; seed++)
        {
            var random = new SplitMix64(seed);
            byte[] host = new byte[random.NextInt(2) == 0 ? 4 : 16];
            for (int i = 0; i < host.Length; i++) { host[i] = (byte)(random.Next() & 0xFF); }

            var address = new TransportAddress(HostAddress.FromBytes(host), (ushort)(random.Next() & 0xFFFF));
            byte[] made = StunBytes.Success().WithAddress(0x0020, new IPAddress(host).ToString(), address.Port, isXored: true).ToArray();
            StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Success, TransactionId.FromBytes(StunBytes.Id), out StunWriter writer);

            Assert.True(writer.TryWriteXorMappedAddress(address), $"seed {seed}");
            Assert.Equal(made, writer.Message.ToArray());
            StunMessage.Parse(made, out StunMessage message);
            Assert.True(message.TryGetXorMappedAddress(out TransportAddress read), $"seed {seed}");
            Assert.Equal(address, read);
        }
    }

    [Fact]
    public void Random_messages_made_by_hand_are_read_attribute_by_attribute()
    {
        for (ulong seed = 0; seed < Runs; seed++)
        {
            var random = new SplitMix64(seed);
            var bytes = new StunBytes((ushort)(random.Next() & 0x3FFF));
            List<(ushort Type, byte[] Value)> expected = [];
            for (int i = random.NextInt(8); i > 0; i--)
            {
                byte[] value = new byte[random.NextInt(40)];
                for (int at = 0; at < value.Length; at++) { value[at] = (byte)(random.Next() & 0xFF); }

                // 0x4000..0x7FFF and 0xC000..0xFFFF: none of the attributes that protect
                ushort type = (ushort)((random.Next() & 0xBFFF) | 0x4000);
                expected.Add((type, value));
                bytes.With(type, value);
            }

            Assert.Equal(StunParseError.None, StunMessage.Parse(bytes.ToArray(), out StunMessage message));
            int index = 0;
            foreach (StunAttribute attribute in message.Attributes)
            {
                Assert.Equal(expected[index].Type, (ushort)attribute.Type);
                Assert.Equal(expected[index++].Value, attribute.Value.ToArray());
            }

            Assert.Equal(expected.Count, index);
        }
    }
}
