using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>A session that has sent 3,000 bytes and hears a hostile peer. Its program reads now and then.</summary>
internal sealed class StreamVictim
{
    public const int Sent = 3_000;

    private static readonly byte[] Body = new byte[1_500];

    private ulong _theirs;

    public StreamVictim()
    {
        Session = new StreamSession(StreamUse.Pipe, StreamSide.Overhead, 1_472, Instant.Zero);
        Session.UsePath(isSameNetwork: false, TimeSpan.FromMilliseconds(50), Now);
        Session.Write(Stream, new byte[Sent]);
        Drain();
    }

    public StreamSession Session { get; }

    public DataStream Stream => Session.Find(StreamSession.FirstStream)!;

    public Instant Now { get; private set; } = Instant.Zero;

    /// <summary>The number of the next frame.</summary>
    public ulong Next { get; set; }

    /// <summary>The bodies that were sent last, one after the other.</summary>
    public List<byte[]> Farewells { get; } = [];

    public bool IsOver => Session.State is StreamSessionState.Closed;

    public void Hear(ReadOnlySpan<byte> body) => Session.Receive(_theirs++, Next - 1, body, Now);

    public void Pass(TimeSpan time)
    {
        Now += time;
        Session.Timeout(Now);
        Drain();
    }

    public void Read()
    {
        while (Stream.Receive.HasBytes) { Session.Take(Stream, Stream.Receive.Peek().Length, Now); }

        Session.Consume(Stream, Stream.Receive.Taken);
    }

    public void Drain()
    {
        while (Session.WritePacket(Next, Body, Now) is > 0 and int length)
        {
            Next++;
            if (Session.State is StreamSessionState.Closing or StreamSessionState.Closed) { Farewells.Add(Body[..length]); }
        }
    }
}
