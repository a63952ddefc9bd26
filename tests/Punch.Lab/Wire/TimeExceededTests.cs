using Punch.Protocol;
using Punch.Simulation;
using Xunit;

namespace Punch.Lab.Wire;

public sealed class TimeExceededTests
{
    // Built by hand from the diagrams of RFC 791 and RFC 792; the checksums were computed by another program.
    private const string Message =
        "4500003800004000" + "4001" + "b5c5" + "c00002fe" + "c0000201"
        + "0b00" + "a5bb" + "00000000"
        + "4500001f00004000" + "0111" + "8d92" + "c0000201" + "c6336407" + "18a71388" + "000b" + "230a";

    private readonly byte[] _buffer = new byte[1500];

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void A_message_quotes_the_header_and_eight_bytes_of_what_was_sent(byte hopLimit)
    {
        var packet = new Packet(TransportAddress.Parse("192.0.2.1:6311"), TransportAddress.Parse("198.51.100.7:5000"), hopLimit, "abc"u8.ToArray());

        int size = TimeExceeded.Write(packet, HostAddress.Parse("192.0.2.254"), _buffer);

        Assert.Equal(Message, Convert.ToHexStringLower(_buffer.AsSpan(0, size)));
    }
}
