using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>What a session puts into its packets.</summary>
public sealed class StreamPacketTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    private readonly StreamSession _session = new(StreamUse.Pipe, StreamSide.Overhead, 1_472, Instant.Zero);
    private readonly byte[] _body = new byte[2_000];
    private ulong _next;

    public StreamPacketTests() => _session.UsePath(isSameNetwork: false, RoundTrip, Instant.Zero);

    private DataStream Stream => _session.Find(StreamSession.FirstStream)!;

    [Fact]
    public void Packets_of_a_bulk_transfer_have_one_size()
    {
        _session.Write(Stream, new byte[100_000]);

        for (int i = 0; i < 10; i++) { Assert.Equal(1_232 - StreamSide.Overhead, Write().Length); }

        Assert.Empty(Write());
    }

    [Fact]
    public void An_acknowledgement_goes_along_once()
    {
        Write();
        _session.Write(Stream, new byte[5_000]);
        _session.Receive(0, _next - 1, [0x01], Instant.Zero);

        Assert.Equal("0200000000", Start(5));
        Assert.Equal("0C00", Start(2));
    }

    [Fact]
    public void The_first_packet_tells_the_use_and_carries_bytes()
    {
        _session.Write(Stream, [0xAA, 0xBB]);
        _session.Finish(Stream);

        Assert.Equal("80004001020101" + "0900AABB", Start(100));
    }

    [Fact]
    public void An_acknowledgement_alone_is_not_tracked()
    {
        Write();
        int tracked = _session.Recovery.Tracked;
        _session.Receive(0, _next - 1, [0x01], Instant.Zero);
        _session.Receive(1, _next - 1, [0x01], Instant.Zero);

        Assert.Equal("0201000001", Start(100));
        Assert.Equal(tracked, _session.Recovery.Tracked);
        Assert.Empty(Write());
    }

    [Fact]
    public void Credit_is_told_once_half_of_it_is_taken()
    {
        Write();
        byte[] frame = [0x0C, 0x00, 0x80, 0x00, 0x00, 0x00, .. new byte[1_024]];
        for (int i = 0; i < 128; i++)
        {
            frame[3] = (byte)(i >> 6);
            frame[4] = (byte)(i << 2 & 0xFF);
            _session.Receive((ulong)i, _next - 1, frame, Instant.Zero);
        }

        Assert.DoesNotContain("1100", Start(100), StringComparison.Ordinal);
        while (Stream.Receive.HasBytes) { _session.Take(Stream, Stream.Receive.Peek().Length, Instant.Zero); }

        // 131,072 bytes taken and a window of 262,144.
        Assert.Equal("1100" + "80060000", Start(100));
    }

    [Fact]
    public void Without_a_path_nothing_is_sent_and_no_timer_runs()
    {
        _session.Write(Stream, [1]);
        Write();
        _session.LosePath();
        _session.Write(Stream, [2]);

        Assert.Empty(Write());
        Assert.Null(_session.NextTimeout);
        Instant later = Instant.At(TimeSpan.FromMinutes(5));
        _session.UsePath(isSameNetwork: true, null, later);

        Assert.Equal("80004001020101" + "080001", Start(100, later));
        Assert.Equal("0C000102", Start(100, later));
    }

    [Fact]
    public void A_session_that_is_not_over_tells_that_it_left()
    {
        _session.Close(StreamError.None);

        Assert.Equal("1C410100", Start(100));
    }

    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 30)]
    public void A_side_that_has_everything_waits_for_a_silent_peer(bool hasPath, int seconds)
    {
        Write();
        _session.Finish(Stream);
        Write();

        // An empty stream, and the word that this side's stream is consumed.
        _session.Receive(0, _next - 1, Convert.FromHexString("0B0000" + "800040020000"), Instant.Zero);
        _session.Consume(Stream, 0);
        Assert.EndsWith("800040020000", Start(100), StringComparison.Ordinal);
        if (!hasPath) { _session.LosePath(); }

        Instant end = Instant.At(TimeSpan.FromSeconds(seconds));
        Assert.True(_session.IsOver);
        Assert.False(_session.MayGo(end - TimeSpan.FromTicks(1)));
        Assert.True(_session.NextTimeout <= end);
        Assert.True(_session.MayGo(end));
        _session.Close(StreamError.None);
        Assert.Equal(hasPath ? StreamSessionState.Closing : StreamSessionState.Closed, _session.State);
    }

    private byte[] Write(Instant now = default)
    {
        int length = _session.WritePacket(_next, _body.AsSpan(0, 1_472 - StreamSide.Overhead), now);
        _next += length > 0 ? 1UL : 0;
        return _body[..length];
    }

    private string Start(int most, Instant now = default)
    {
        byte[] body = Write(now);
        return Convert.ToHexString(body.AsSpan(0, Math.Min(most, body.Length)));
    }
}
