using Punch.Tests.Stun;

namespace Punch.Fuzz.Targets;

/// <summary>The STUN codec: whatever is read can be written, and reads the same again.</summary>
internal sealed class StunTarget : Target
{
    private readonly byte[] _message = new byte[Mutator.MaxLength + 64];
    private readonly byte[] _copy = new byte[Mutator.MaxLength + 256];

    public override string Name => "stun";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0x21, 0x12, 0xA4, 0x42], [0, 1, 0, 8, 0, 1], [0, 0x20, 0, 8, 0, 1], [0, 0x20, 0, 20, 0, 2], [0, 9, 0, 4, 0, 0, 4, 38],
        [0, 3, 0, 4, 0, 0, 0, 6], [0x80, 0x2C, 0, 8, 0, 1], [0, 6, 0, 4], [0, 0x0A, 0, 4], [0x80, 2, 0, 8, 0, 2, 0, 0],
        [0, 0x1D, 0, 4, 0, 2, 0, 0], [0, 0x26, 0, 0], [0, 0x27, 0, 4], [0, 8, 0, 20], [0, 0x1C, 0, 32], [0x80, 0x28, 0, 4],
    ];

    public override IEnumerable<byte[]> Seeds() => [[0, 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]], [1, 1, 1, 0, 0x20, 0, 8, 0, 1, 1, 2, 3, 4, 5, 6]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) { return; }

        ReadOnlySpan<byte> bytes = input[1..];
        if (input[0] % 2 == 1 && bytes.Length >= 2)
        {
            ushort type = (ushort)((bytes[0] << 8 | bytes[1]) & 0x3FFF);
            bytes = _message.AsSpan(0, StunMaker.Make(type, "fuzz"u8, bytes[2..], 0, _message));
        }

        StunExplorer.Explore(bytes, _copy, isThorough: true);
    }
}

/// <summary>What clients and the server of a rendezvous say to each other.</summary>
internal sealed class JoinTarget : Target
{
    private readonly byte[] _message = new byte[Mutator.MaxLength + 64];

    public override string Name => "join";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0xFF, 0x60, 0, 16, .. new byte[16]], [0xFF, 0x61, 0, 16, .. new byte[16]], [0xFF, 0x62, 0, 8, .. new byte[8]], [0xFF, 0x63, 0, 0],
        [0, 0x15, 0, 20, .. new byte[20]], [0, 0x0D, 0, 4, 0, 0, 0, 0], [0, 0x12, 0, 8, 0, 1, 1, 1, 1, 1, 1, 1], [0, 0x12, 0, 20, 0, 2, .. new byte[18]],
        [0, 0x20, 0, 8, 0, 1, 1, 1, 1, 1, 1, 1], [0, 9, 0, 4, 0, 0, 4, 38],
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] room = Words[0], party = Words[1], says = Words[2];
        yield return [0, .. room, .. party, .. says, .. Words[4]];
        yield return [1, .. Words[8], .. Words[5], .. Words[4], .. party, .. says, .. Words[6]];
        yield return [2, .. Words[9], .. Words[8], .. Words[4]];
        yield return [3, .. party, .. says, .. Words[6], .. Words[7]];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) { return; }

        (ushort type, int whole) = (input[0] % 4) switch
        {
            0 => ((ushort)0x02C0, JoinRequest.Length),
            1 => ((ushort)0x03C0, 0),
            2 => ((ushort)0x03D0, 0),
            _ => ((ushort)0x02D1, 0),
        };
        int length = StunMaker.Make(type, "fuzz"u8, input[1..], whole, _message);
        ReadOnlySpan<byte> bytes = input[0] >= 0xF0 ? input[1..] : _message.AsSpan(0, length);
        if (JoinRequest.Read(bytes, out _, out JoinRequest join) == JoinReading.Join) { Check(join); }

        if (JoinReply.TryRead(bytes, out JoinReply reply)) { Check(reply); }

        if (PeerNotice.TryRead(bytes, out PeerNotice notice)) { Check(notice); }
    }

    private static void Check(in JoinRequest join)
    {
        Claim(join.Room.Length == RendezvousLimits.Room && join.Party.Length == RendezvousLimits.Party);
        Claim(join.Sealed.Length <= RendezvousLimits.Sealed && (join.IsLeaving || !join.Sealed.IsEmpty));
    }

    private static void Check(in JoinReply reply)
    {
        Claim(reply.Nonce.Length <= RendezvousLimits.Nonce && reply.Peer.Sealed.Length <= RendezvousLimits.Sealed);
        Claim(reply.Error is not null || reply.Mapped is not null);
        Span<byte> copy = new byte[1024];
        Claim(reply.TryWrite(copy, out int length) && JoinReply.TryRead(copy[..length], out JoinReply again));
    }

    private static void Check(in PeerNotice notice)
    {
        Span<byte> copy = new byte[1024];
        Claim(notice.TryWrite(copy, out int length) && PeerNotice.TryRead(copy[..length], out _));
    }
}

/// <summary>The plaintext of a hello.</summary>
internal sealed class HelloTarget : Target
{
    private readonly byte[] _copy = new byte[Hello.MaxLength];

    public override string Name => "hello";

    public override IEnumerable<byte[]> Seeds() => [[1, 0, 0, .. new byte[64], 2, 0x01, 0, 80, 1, 2, 3, 4, 0x12, 0, 80, .. new byte[16]]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        HelloError error = Hello.Parse(input, out Hello? hello);
        Claim((error == HelloError.None) == (hello is not null));
        if (hello is null) { return; }

        Claim(hello.Candidates.Count <= Hello.MaxCandidates);
        Claim(Hello.Parse(_copy.AsSpan(0, hello.Write(_copy)), out Hello? again) == HelloError.None);
        Claim(again!.Candidates.SequenceEqual(hello.Candidates) && again.Traits == hello.Traits);
        CurvePoint.IsOnCurve(hello.PublicKey.Span);
    }
}

/// <summary>The bodies of frames, and frames and sealed hellos that nobody sealed.</summary>
internal sealed class FrameTarget : Target
{
    private readonly byte[] _body = new byte[65_536];
    private readonly SealedSession _session = Peers.Session();
    private readonly HelloOpener _opener = new(Peers.Keys, Peers.Low, Peers.High);

    public override string Name => "frame";

    public override IEnumerable<byte[]> Seeds() => [[0, .. new byte[AnswerFrame.Length]], [1, 0x80, .. new byte[40]], [2, .. new byte[200]]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) { return; }

        ReadOnlySpan<byte> bytes = input[1..];
        bool isProbe = ProbeFrame.TryParse(bytes, out ProbeFrame probe);
        bool isAnswer = AnswerFrame.TryParse(bytes, out AnswerFrame answer);
        if (isProbe) { Claim(ProbeFrame.TryParse(_body.AsSpan(0, probe.Write(_body)), out ProbeFrame again) && again == probe); }

        if (isAnswer) { Claim(AnswerFrame.TryParse(_body.AsSpan(0, answer.Write(_body)), out AnswerFrame again) && again == answer); }

        Claim(_session.Open(bytes, _body, out _, out _) != FrameError.None);
        Claim(_opener.Open(bytes, out _) != HelloError.None);
    }
}

/// <summary>The text that peers by address send.</summary>
internal sealed class MessageTarget : Target
{
    private readonly byte[] _copy = new byte[2048];

    public override string Name => "message";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { " punch/1", " punch/", " id=", " seq=", " seen=", "/", " held=", "us", " got=", " data=", " ask=1", " full=1", " eof=1", " bye=1", "4294967295", "0123456789abcdef" }
            .Select(word => System.Text.Encoding.ASCII.GetBytes(word)),
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        "2007-02-26 12:00:00 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17 seen=c3d2e1f0a9b88771/12 held=3105us got=11"u8.ToArray(),
        "2007-02-26 12:00:00 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17 seen=c3d2e1f0a9b88771/12 held=3105us got=11 data=1/2 ask=1 full=1 eof=1 bye=1"u8.ToArray(),
        "2007-02-26 12:00:00 +0000 punch/2 x"u8.ToArray(),
    ];

    public override void Run(ReadOnlySpan<byte> input)
    {
        PeerMessageParse parse = PeerMessage.Parse(input, out PeerMessage message, out int textLength);
        Claim(textLength <= input.Length);
        if (parse != PeerMessageParse.Message) { return; }

        int length = message.Write("2007-02-26 12:00:00 +0000"u8, _copy, 0);
        Claim(length > 0 && PeerMessage.Parse(_copy.AsSpan(0, length), out PeerMessage again, out _) == PeerMessageParse.Message && again == message);
    }
}

/// <summary>Messages in a stream.</summary>
internal sealed class FramingTarget : Target
{
    private readonly byte[] _copy = new byte[StreamFraming.MaxFrame];

    public override string Name => "framing";

    public override IReadOnlyList<byte[]> Words { get; } =
        [[0x21, 0x12, 0xA4, 0x42], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]], [0x40, 0, 0, 5, 0x80, 1, 2, 3, 4, 0, 0, 0]];

    public override IEnumerable<byte[]> Seeds() => [[.. Words[1], .. Words[1]], [.. Words[2], .. Words[1], .. Words[2]]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        int whole = 0;
        while (StreamFraming.Read(input, out int length, out Range payload) == StreamFrame.Whole)
        {
            ReadOnlySpan<byte> datagram = input[payload];
            Claim(length is >= 4 and <= StreamFraming.MaxFrame && length <= input.Length && datagram.Length <= length);
            Claim(StreamFraming.Write(datagram, StreamFraming.OwnChannel, _copy) <= length + 4);
            input = input[length..];
            whole++;
        }

        Claim(whole <= Mutator.MaxLength / 4);
    }
}

/// <summary>Codes that people type.</summary>
internal sealed class CodeTarget : Target
{
    public override string Name => "code";

    public override IEnumerable<byte[]> Seeds() => ["7k3m-9q2p-xv4t-h8rn-5wzc"u8.ToArray(), "7K3M 9Q2P XV4T H8RN 5WZC"u8.ToArray()];

    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = System.Text.Encoding.UTF8.GetString(input);
        if (!MeetingCode.TryParse(text, out MeetingCode? code, out _)) { return; }

        using MeetingKeys keys = MeetingKeys.From(code);
        Claim(keys.Room != default);
    }
}
