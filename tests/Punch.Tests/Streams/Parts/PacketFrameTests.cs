using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

/// <summary>The frames of a packet, against bytes written by hand: RFC 9000 §19.</summary>
public sealed class PacketFrameTests
{
    private const int Room = 100;

    /// <summary>Frames that know where they end.</summary>
    public static TheoryData<string, string> Closed => new()
    {
        { "01", "Ping" },
        { "020A050002", "Ack after 5: 8..10" },
        { "020A0501020301", "Ack after 5: 8..10 2..3" },
        { "0200000000", "Ack after 0: 0..0" },
        { "0404074064", "ResetStream 4 code 7 at 100" },
        { "050407", "StopSending 4 code 7" },
        { "0A0402AABB", "Stream 4 at 0 AABB" },
        { "0B0402AABB", "Stream 4 at 0 AABB end" },
        { "0E041001AA", "Stream 4 at 16 AA" },
        { "0F041000", "Stream 4 at 16  end" },
        { "1040FF", "MaxData at 255" },
        { "11044100", "MaxStreamData 4 at 256" },
        { "1208", "MaxStreams at 8" },
        { "1C0A026869", "Close code 10 6869" },
        { "80004001020101", "Settings 0101" },
        { "80004002040A", "Consumed 4 at 10" },
    };

    /// <summary>Frames that take the rest of the packet, and packets of several frames.</summary>
    public static TheoryData<string, string> Open => new()
    {
        { "", "" },
        { "000000", "" },
        { "00000100", "Ping" },
        { "0804", "Stream 4 at 0 " },
        { "0904", "Stream 4 at 0  end" },
        { "080401", "Stream 4 at 0 01" },
        { "0C041001", "Stream 4 at 16 01" },
        { "0D041001", "Stream 4 at 16 01 end" },
        { "0A0401AA010A0800", "Stream 4 at 0 AA; Ping; Stream 8 at 0 " },
        { "0CBF00", "broken" },
    };

    public static TheoryData<string> Broken =>
    [
        "4001", // a kind in a form that is too long
        "03", "06", "07", "13", "1D", "30", "80004004", // kinds that are not known
        "0203000004", // more numbers than there are below
        "020300010002", "02030001000201", // a range below zero
        "020A00FF", // more ranges than bytes
        "0C00FFFFFFFFFFFFFFFFAA", // a byte beyond 2^62
        "0A0005AABB", // longer than the packet
        "0A00FFFFFFFFFFFFFFFF",
        "1C0003AABB",
        "80004001FFFFFFFFFFFFFFFF",
    ];

    [Theory]
    [MemberData(nameof(Closed))]
    [MemberData(nameof(Open))]
    public void Frames_are_read(string bytes, string frames)
    {
        Assert.Equal(frames, Read(Convert.FromHexString(bytes)));
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void A_truncated_frame_is_broken(string bytes, string frames)
    {
        byte[] packet = Convert.FromHexString(bytes);
        for (int length = 1; length < packet.Length; length++) { Assert.True(Read(packet.AsSpan(0, length)) == "broken", frames); }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_frames_end_the_packet(string bytes)
    {
        Assert.Equal("Ping; broken", Read([0x01, .. Convert.FromHexString(bytes)]));
    }

    [Fact]
    public void Ranges_beyond_the_room_are_read_and_left_out()
    {
        byte[] packet = [0x02, 0x20, 0x00, 0x03, 0x00, .. new byte[] { 0, 0, 0, 0, 0, 0 }, 0x01];
        Span<PacketRange> ranges = stackalloc PacketRange[2];
        var reader = new PacketReader(packet, ranges);

        Assert.True(reader.TryRead(out PacketFrame frame));
        Assert.Equal(2, frame.Ranges);
        Assert.Equal([new PacketRange(32, 32), new PacketRange(30, 30)], ranges.ToArray());
        Assert.True(reader.TryRead(out frame));
        Assert.Equal(FrameKind.Ping, frame.Kind);
    }

    [Fact]
    public void Frames_of_numbers_are_written()
    {
        ClaimWritten("01", (ref PacketWriter writer) => writer.TryWrite(FrameKind.Ping, []));
        ClaimWritten("0404074064", (ref PacketWriter writer) => writer.TryWrite(FrameKind.ResetStream, [4, 7, 100]));
        ClaimWritten("050407", (ref PacketWriter writer) => writer.TryWrite(FrameKind.StopSending, [4, 7]));
        ClaimWritten("1040FF", (ref PacketWriter writer) => writer.TryWrite(FrameKind.MaxData, [255]));
        ClaimWritten("11044100", (ref PacketWriter writer) => writer.TryWrite(FrameKind.MaxStreamData, [4, 256]));
        ClaimWritten("80004002040A", (ref PacketWriter writer) => writer.TryWrite(FrameKind.Consumed, [4, 10]));
        ClaimWritten("020A050002", (ref PacketWriter writer) => writer.TryWriteAck([new PacketRange(8, 10)], 5));
        ClaimWritten("0200000000", (ref PacketWriter writer) => writer.TryWriteAck([new PacketRange(0, 0)], 0));
    }

    [Fact]
    public void Frames_of_bytes_are_written()
    {
        byte[] room = new byte[Room];
        var writer = new PacketWriter(room);

        Assert.True(writer.TryWrite(FrameKind.Close, [10], "hi"u8));
        Assert.True(writer.TryWrite(FrameKind.Settings, [], [1, 1]));
        writer.WriteStreamHead(4, 16, isFin: true);
        writer.Take(1)[0] = 0xAA;

        Assert.Equal("1C0A026869" + "80004001020101" + "0D0410AA", Convert.ToHexString(room.AsSpan(0, writer.Length)));
        Assert.Equal(Room - writer.Length, writer.Room);
        Assert.Equal(3, PacketWriter.HeadLength(4, 16));
    }

    [Fact]
    public void A_stream_frame_at_the_beginning_has_no_offset()
    {
        byte[] room = new byte[Room];
        var writer = new PacketWriter(room);

        writer.WriteStreamHead(64, 0, isFin: false);

        Assert.Equal("084040", Convert.ToHexString(room.AsSpan(0, writer.Length)));
    }

    [Fact]
    public void An_acknowledgement_has_as_many_ranges_as_fit()
    {
        PacketRange[] ranges = [new(8, 10), new(2, 3), new(0, 0)];
        string[] expected = ["", "020A050002", "020A0501020301", "020A05020203010000"];
        int[] rooms = [4, 6, 8, 9];
        for (int i = 0; i < rooms.Length; i++)
        {
            byte[] room = new byte[rooms[i]];
            var writer = new PacketWriter(room);

            Assert.Equal(i > 0, writer.TryWriteAck(ranges, 5));

            Assert.Equal(expected[i], Convert.ToHexString(room.AsSpan(0, writer.Length)));
        }
    }

    [Fact]
    public void A_packet_is_padded_with_zeros()
    {
        byte[] room = [.. Enumerable.Repeat((byte)0xEE, Room)];
        var writer = new PacketWriter(room);
        writer.TryWrite(FrameKind.Ping, []);

        writer.Pad(5);
        writer.Pad(3);

        Assert.Equal("0100000000EE", Convert.ToHexString(room.AsSpan(0, 6)));
        Assert.Equal(5, writer.Length);
    }

    private delegate bool Write(ref PacketWriter writer);

    private static void ClaimWritten(string bytes, Write write)
    {
        byte[] room = new byte[Room];
        var writer = new PacketWriter(room);
        var narrow = new PacketWriter(room.AsSpan(0, (bytes.Length / 2) - 1));

        Assert.True(write(ref writer));
        Assert.Equal(bytes, Convert.ToHexString(room.AsSpan(0, writer.Length)));
        Assert.False(write(ref narrow));
        Assert.Equal(0, narrow.Length);
    }

    private static string Read(ReadOnlySpan<byte> packet)
    {
        Span<PacketRange> ranges = stackalloc PacketRange[ReceivedPackets.MaxRanges];
        var reader = new PacketReader(packet, ranges);
        List<string> frames = [];
        while (reader.TryRead(out PacketFrame frame)) { frames.Add(Describe(frame, ranges)); }

        if (reader.IsBroken) { frames.Add("broken"); }

        return string.Join("; ", frames);
    }

    private static string Describe(in PacketFrame frame, ReadOnlySpan<PacketRange> ranges)
    {
        string data = Convert.ToHexString(frame.Data);
        switch (frame.Kind)
        {
            case FrameKind.Ack:
                List<string> each = [];
                foreach (PacketRange range in ranges[..frame.Ranges]) { each.Add($"{range.Smallest}..{range.Largest}"); }

                return $"Ack after {frame.Value}: {string.Join(' ', each)}";
            case FrameKind.Stream:
                return $"Stream {frame.Stream} at {frame.Value} {data}{(frame.IsFin ? " end" : "")}";
            case FrameKind.ResetStream:
                return $"ResetStream {frame.Stream} code {frame.Code} at {frame.Value}";
            case FrameKind.StopSending:
                return $"StopSending {frame.Stream} code {frame.Code}";
            case FrameKind.MaxStreamData or FrameKind.Consumed:
                return $"{frame.Kind} {frame.Stream} at {frame.Value}";
            case FrameKind.MaxData or FrameKind.MaxStreams:
                return $"{frame.Kind} at {frame.Value}";
            case FrameKind.Close:
                return $"Close code {frame.Code} {data}";
            case FrameKind.Settings:
                return $"Settings {data}";
            default:
                return $"{frame.Kind}";
        }
    }
}
