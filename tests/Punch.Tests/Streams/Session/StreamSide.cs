using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>One side of a transfer: a session, the bytes that its program sends, and a program that reads at its own pace.</summary>
internal sealed class StreamSide
{
    /// <summary>As in a sealed frame.</summary>
    public const int Overhead = 30;

    private readonly ulong _pattern;
    private readonly Queue<(Instant At, ulong Upto)> _sinking = new();
    private Instant _readAt;

    public StreamSide(ulong pattern, long length, Instant now, int maxDatagram = 65_507)
    {
        _pattern = pattern;
        Length = length;
        Session = new StreamSession(StreamUse.Pipe, Overhead, maxDatagram, now);
    }

    public StreamSession Session { get; private init; }

    public DataStream Stream => Session.Find(StreamSession.FirstStream)!;

    /// <summary>The bytes to send before the end.</summary>
    public long Length { get; }

    /// <summary>The other side's pattern and length, to compare with.</summary>
    public StreamSide? Peer { get; set; }

    /// <summary>Bytes a second that the program reads; 0 for all that comes.</summary>
    public double ReadRate { get; init; }

    /// <summary>How long the program takes from reading bytes to having them where they belong.</summary>
    public TimeSpan SinkDelay { get; init; }

    /// <summary>Gives the stream up after this many bytes.</summary>
    public long? ResetsAt { get; init; }

    /// <summary>Refuses more after this many bytes.</summary>
    public long? RefusesAt { get; init; }

    public ulong NextNumber { get; set; }

    /// <summary>Which keys it has.</summary>
    public int Keys { get; private set; }

    /// <summary>Whether its process was killed.</summary>
    public bool IsGone { get; set; }

    public long Written { get; private set; }

    public long Read { get; private set; }

    public bool IsWrong { get; private set; }

    public long MostHeld { get; private set; }

    public bool IsFinished { get; private set; }

    /// <summary>Whether every byte of this side is with the other program.</summary>
    public bool HasDelivered => Stream.Send.IsComplete;

    /// <summary>Whether every byte of the other side is with the program here.</summary>
    public bool HasReceived => Stream.Receive.IsComplete;

    /// <summary>What its user is told.</summary>
    public bool Succeeds => HasDelivered && HasReceived;

    /// <summary>Bytes that its program has where they belong.</summary>
    public long Sunk { get; private set; }

    /// <summary>When it had the last byte.</summary>
    public Instant SunkAt { get; private set; }

    /// <summary>When its program does the next thing; null for never.</summary>
    public Instant? Next => _sinking.Count > 0 ? Instant.Earlier(_sinking.Peek().At, ReadAgainAt) : ReadAgainAt;

    private Instant? ReadAgainAt { get; set; }

    /// <summary>Frames are counted from 0 again, under keys that open no older ones.</summary>
    public void ChangeKeys(Instant now)
    {
        Keys++;
        NextNumber = 0;
        Session.NoteNewKeys(now);
    }

    /// <summary>What the program does now.</summary>
    public void Pump(Instant now)
    {
        WriteSome();
        ReadSome(now);
        while (_sinking.TryPeek(out (Instant At, ulong Upto) sunk) && sunk.At <= now)
        {
            Session.Consume(Stream, sunk.Upto);
            Sunk = (long)sunk.Upto;
            SunkAt = now;
            _sinking.Dequeue();
        }

        // An empty stream has nothing to read, and is consumed by its end.
        if (_sinking.Count == 0) { Session.Consume(Stream, Stream.Receive.Taken); }
    }

    private static byte ByteAt(ulong pattern, long offset) => unchecked((byte)((ulong)offset * 31 + pattern + ((ulong)offset >> 8)));

    private void WriteSome()
    {
        Span<byte> block = stackalloc byte[4096];
        while (!IsFinished)
        {
            int length = (int)Math.Min(block.Length, Math.Min(Length, ResetsAt ?? Length) - Written);
            if (length == 0)
            {
                IsFinished = true;
                if (ResetsAt is not null) { Session.Reset(Stream, 7); }
                else { Session.Finish(Stream); }

                return;
            }

            for (int i = 0; i < length; i++) { block[i] = ByteAt(_pattern, Written + i); }

            int count = Session.Write(Stream, block[..length]);
            if (count == 0) { return; }

            Written += count;
        }
    }

    private void ReadSome(Instant now)
    {
        ReadAgainAt = null;
        while (Stream.Receive.HasBytes)
        {
            if (RefusesAt <= Read)
            {
                Session.Refuse(Stream, 9, now);
                break;
            }

            if (ReadRate > 0 && now < _readAt)
            {
                ReadAgainAt = _readAt;
                break;
            }

            ReadOnlySpan<byte> bytes = Stream.Receive.Peek();
            if (ReadRate > 0)
            {
                bytes = bytes[..Math.Min(bytes.Length, 16_384)];
                _readAt = now + TimeSpan.FromSeconds(bytes.Length / ReadRate);
            }

            for (int i = 0; i < bytes.Length; i++) { IsWrong |= bytes[i] != ByteAt(Peer!._pattern, Read + i); }

            Read += bytes.Length;
            Session.Take(Stream, bytes.Length, now);
            _sinking.Enqueue((now + SinkDelay, Stream.Receive.Taken));
        }

        MostHeld = Math.Max(MostHeld, (long)(Stream.Receive.Highest - Stream.Receive.Taken));
    }
}
