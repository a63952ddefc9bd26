using Punch.Protocol;
using Punch.Simulation;
using Xunit;

namespace Punch.Lab.Wire;

public sealed class PacketCodecTests
{
    // Built by hand from the diagrams of the RFCs; the checksums were computed by another program.
    private const string V4 = "4500001f" + "00004000" + "4011" + "4e92" + "c0000201" + "c6336407" + "18a71388" + "000b" + "230a" + "616263";
    private const string V6 = "60000000" + "000b1140" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "18a71388" + "000b" + "b3d1" + "616263";

    private const string Segment = "18a71388" + "00000001" + "00000002" + "5018ffff";
    private const string TcpV4 = "4500002b" + "00004000" + "4006" + "4e91" + "c0000201" + "c6336407" + Segment + "d2f80000" + "616263";
    private const string TcpV6 =
        "60000000" + "00170640" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + Segment + "63c00000" + "616263";

    private readonly byte[] _buffer = new byte[65_535];

    [Theory]
    [InlineData(V4, "192.0.2.1:6311", "198.51.100.7:5000")]
    [InlineData(V6, "[2001:db8::1]:6311", "[2001:db8::2]:5000")]
    public void A_packet_of_known_bytes_is_read_whole(string hex, string source, string destination)
    {
        PacketError error = PacketCodec.Parse(Convert.FromHexString(hex), out Packet packet);

        Assert.Equal(PacketError.None, error);
        Assert.Equal(TransportAddress.Parse(source), packet.Source);
        Assert.Equal(TransportAddress.Parse(destination), packet.Destination);
        Assert.Equal(64, packet.HopLimit);
        Assert.Equal("abc"u8.ToArray(), packet.Payload.ToArray());
    }

    [Theory]
    [InlineData(TcpV4, "192.0.2.1:6311", "198.51.100.7:5000")]
    [InlineData(TcpV6, "[2001:db8::1]:6311", "[2001:db8::2]:5000")]
    public void A_segment_of_known_bytes_is_read_whole(string hex, string source, string destination)
    {
        byte[] bytes = Convert.FromHexString(hex);

        PacketError error = PacketCodec.Parse(bytes, out Packet packet);
        bytes[^1]++;

        Assert.Equal(PacketError.None, error);
        Assert.Equal(TransportAddress.Parse(source) with { Transport = Transport.Tcp }, packet.Source);
        Assert.Equal(TransportAddress.Parse(destination) with { Transport = Transport.Tcp }, packet.Destination);
        Assert.Equal(19, packet.Payload.Length);
        Assert.Equal(PacketError.BadChecksum, PacketCodec.Parse(bytes, out _));
    }

    [Theory]
    [InlineData(V4)]
    [InlineData(V6)]
    [InlineData(TcpV4)]
    [InlineData(TcpV6)]
    public void A_packet_is_written_byte_for_byte(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        PacketCodec.Parse(bytes, out Packet packet);

        int size = PacketCodec.Write(packet, _buffer);

        Assert.Equal(bytes, _buffer[..size]);
    }

    [Theory]
    [InlineData("192.0.2.1:1", "192.0.2.2:65535", 0)]
    [InlineData("192.0.2.1:1", "192.0.2.2:65535", 1)]
    [InlineData("192.0.2.1:1", "192.0.2.2:65535", 65_507)]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:65535", 0)]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:65535", 65_487)]
    public void What_is_written_is_read_back(string source, string destination, int length)
    {
        byte[] payload = new byte[length];
        payload.AsSpan().Fill(0xA7);
        var packet = new Packet(TransportAddress.Parse(source), TransportAddress.Parse(destination), 7, payload);

        int size = PacketCodec.Write(packet, _buffer);
        PacketError error = PacketCodec.Parse(_buffer.AsSpan(0, size), out Packet read);

        Assert.Equal(PacketError.None, error);
        Assert.Equal(packet with { Payload = read.Payload }, read);
        Assert.Equal(payload, read.Payload.ToArray());
    }

    [Theory]
    [InlineData("192.0.2.1:1", "192.0.2.2:2", 65_508)]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:2", 65_488)]
    [InlineData("192.0.2.1:1", "[2001:db8::2]:2", 1)]
    public void A_packet_that_cannot_exist_is_refused(string source, string destination, int length)
    {
        var packet = new Packet(TransportAddress.Parse(source), TransportAddress.Parse(destination), 64, new byte[length]);

        Assert.Throws<ArgumentException>(() => PacketCodec.Write(packet, _buffer));
    }

    [Fact]
    public void A_checksum_of_zero_means_not_computed_in_v4_and_is_wrong_in_v6()
    {
        byte[] v4 = Convert.FromHexString(V4);
        byte[] v6 = Convert.FromHexString(V6);
        v4.AsSpan(26, 2).Clear();
        v6.AsSpan(46, 2).Clear();

        Assert.Equal(PacketError.None, PacketCodec.Parse(v4, out _));
        Assert.Equal(PacketError.BadChecksum, PacketCodec.Parse(v6, out _));
    }

    [Fact]
    public void A_computed_checksum_of_zero_is_written_as_ones()
    {
        PacketCodec.Parse(Convert.FromHexString(V4), out Packet packet);
        // One word of payload that makes the sum zero: the checksum of the packet with a zero there.
        PacketCodec.Write(packet with { Payload = new byte[2] }, _buffer);
        byte[] word = _buffer[26..28];

        int size = PacketCodec.Write(packet with { Payload = word }, _buffer);

        Assert.Equal("ffff", Convert.ToHexStringLower(_buffer.AsSpan(26, 2)));
        Assert.Equal(PacketError.None, PacketCodec.Parse(_buffer.AsSpan(0, size), out _));
    }

    [Theory]
    [InlineData(V4)]
    [InlineData(V6)]
    public void Every_truncation_is_refused(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Equal(PacketError.Truncated, PacketCodec.Parse(bytes.AsSpan(0, length), out _)));
    }

    [Theory]
    [InlineData(V4)]
    [InlineData(V6)]
    public void No_flipped_bit_throws_and_each_one_in_addresses_or_udp_is_noticed(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        int addresses = bytes[0] >> 4 == 4 ? 12 : 8;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            PacketError error = PacketCodec.Parse(flipped, out _);

            if (bit / 8 >= addresses) { Assert.NotEqual(PacketError.None, error); }
        }
    }

    [Theory]
    [InlineData("2000", PacketError.Fragment)]
    [InlineData("0001", PacketError.Fragment)]
    [InlineData("4000", PacketError.None)]
    public void A_fragment_is_refused(string flagsAndOffset, object expected)
    {
        byte[] bytes = Convert.FromHexString(V4);
        Convert.FromHexString(flagsAndOffset).CopyTo(bytes, 6);

        Assert.Equal((PacketError)expected, PacketCodec.Parse(WithHeaderChecksum(bytes), out _));
    }

    [Fact]
    public void Packets_other_than_UDP_and_TCP_are_recognised()
    {
        byte[] v4 = Convert.FromHexString(V4);
        v4[9] = 1;
        byte[] v6 = Convert.FromHexString(V6);
        v6[6] = 58;

        Assert.Equal(PacketError.OtherProtocol, PacketCodec.Parse(WithHeaderChecksum(v4), out _));
        Assert.Equal(PacketError.OtherProtocol, PacketCodec.Parse(v6, out _));
        Assert.Equal(PacketError.NotIp, PacketCodec.Parse([0x50, 0, 0, 0], out _));
        Assert.Equal(PacketError.Truncated, PacketCodec.Parse([], out _));
    }

    [Fact]
    public void Header_options_and_link_padding_are_skipped()
    {
        byte[] plain = Convert.FromHexString(V4);
        byte[] bytes = [.. plain[..20], 1, 1, 1, 0, .. plain[20..], 0xEE, 0xEE];
        bytes[0] = 0x46;
        bytes[3] += 4;

        PacketError error = PacketCodec.Parse(WithHeaderChecksum(bytes), out Packet packet);

        Assert.Equal(PacketError.None, error);
        Assert.Equal("abc"u8.ToArray(), packet.Payload.ToArray());
    }

    private static byte[] WithHeaderChecksum(byte[] bytes)
    {
        bytes.AsSpan(10, 2).Clear();
        long sum = 0;
        for (int i = 0; i < (bytes[0] & 0x0F) * 4; i += 2) { sum += (bytes[i] << 8) | bytes[i + 1]; }

        sum = (sum & 0xFFFF) + (sum >> 16);
        long checksum = ~(sum + (sum >> 16)) & 0xFFFF;
        bytes[10] = (byte)(checksum >> 8);
        bytes[11] = (byte)(checksum & 0xFF);
        return bytes;
    }
}
