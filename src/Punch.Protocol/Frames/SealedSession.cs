using System.Buffers.Binary;

namespace Punch.Protocol.Frames;

/// <summary>
/// Seals and opens the frames between two parties that share a code. Its keys are derived from the code and from a key exchange. They
/// depend on the room, both parties and both public keys. If an attacker in between changes one of these, the two sides have different
/// keys.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+-----------------------------------------------+
/// |     0x80      |        tag of the direction (32 bits)        ...
/// +---------------+-----------------------------------------------+
/// |      ...      |       counter: 0, 1, 2 and so on (64 bits)   ...
/// +---------------+-----------------------------------------------+
/// |      ...      |   AES-256-GCM of type(1) and body            ...
/// +---------------+-----------------------------------------------+
/// |                      its tag (128 bits)                      ...
/// +---------------------------------------------------------------+
/// </code>
/// Where both sides step their keys, each 2^30 counters of a direction have a key and an iv of their own.
/// Nonce: the direction's iv XOR the counter. Associated data: the 13 bytes before the ciphertext. RFC 7983 keeps the first byte
/// of STUN below 4, so both share a port.
/// </remarks>
public sealed partial class SealedSession : IDisposable
{
    /// <summary>The bytes of a frame besides its body: first byte(1), tag(4), counter(8), type(1), seal(16).</summary>
    public const int Overhead = HeaderLength + TypeLength + AeadCipher.TagLength;

    /// <summary>The longest frame in bytes: the most that a UDP datagram over IPv4 holds.</summary>
    public const int MaxLength = 65_507;

    /// <summary>The longest body, in bytes.</summary>
    public const int MaxBodyLength = MaxLength - Overhead;

    /// <summary>
    /// The most frames that one key seals. 2^36 frames of 128 blocks keep an observer's advantage below 2^-40 (NIST SP 800-38D, RFC 9001
    /// §B). A line of 1 Gbit/s needs weeks for them. With a peer of an earlier version a direction ends there.
    /// </summary>
    public const ulong MaxFrames = 1UL << 36;

    /// <summary>The number of frames in a phase, if both sides change keys.</summary>
    public const ulong FramesOfPhase = 1UL << 30;

    /// <summary>The most frames of a direction, if both sides change keys: more than can ever be sent.</summary>
    public const ulong MaxSteppedFrames = 1UL << 62;

    /// <summary>Where the body begins in a frame. A body that is written there is sealed in place.</summary>
    internal const int BodyOffset = HeaderLength + TypeLength;

    private const byte FirstByte = 0x80;
    private const int TagOffset = 1; // first byte(1)
    private const int CounterOffset = 5; // first byte(1) + tag(4)
    private const int HeaderLength = 13; // first byte(1) + tag(4) + counter(8)
    private const int TypeLength = 1;

    private readonly FrameDirection _outgoing;
    private readonly FrameDirection _incoming;
    private readonly byte[] _scratch = new byte[MaxLength];

    private SealedSession(FrameDirection outgoing, FrameDirection incoming)
    {
        _outgoing = outgoing;
        _incoming = incoming;
    }

    /// <summary>
    /// Whether both sides change to the next key after <see cref="FramesOfPhase"/> frames of a direction. Both must say so in their hellos.
    /// </summary>
    internal bool StepsKeys { get; set; }

    /// <summary>The counter of the next frame to seal.</summary>
    internal ulong NextCounter { get; set; }

    /// <summary>The counters that were accepted.</summary>
    internal ReplayWindow Received { get; } = new();

    private ulong Limit => StepsKeys ? MaxSteppedFrames : MaxFrames;

    /// <summary>Whether a datagram may be a frame of any session, by its first byte and length.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> datagram) => datagram.Length is >= Overhead and <= MaxLength && datagram[0] == FirstByte;

    /// <summary>Seals a frame. It allocates nothing.</summary>
    /// <param name="type">The type of the frame.</param>
    /// <param name="body">The body. It may be inside <paramref name="destination"/>.</param>
    /// <param name="destination">A buffer for the body's length and <see cref="Overhead"/>.</param>
    /// <returns>
    /// The frame's length; 0, with nothing written, if it does not fit the destination or UDP, or the most frames were sealed.
    /// </returns>
    public int Seal(FrameType type, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        if (body.Length > MaxBodyLength || destination.Length < body.Length + Overhead || NextCounter >= Limit) { return 0; }

        Span<byte> frame = destination[..(body.Length + Overhead)];
        body.CopyTo(frame[BodyOffset..]);
        frame[0] = FirstByte;
        BinaryPrimitives.WriteUInt32BigEndian(frame[TagOffset..], _outgoing.Tag);
        BinaryPrimitives.WriteUInt64BigEndian(frame[CounterOffset..], NextCounter);
        frame[HeaderLength] = (byte)type;

        _outgoing.Enter(PhaseOf(NextCounter));
        FrameKey key = _outgoing.KeyOf(PhaseOf(NextCounter))!;
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceLength];
        key.WriteNonce(NextCounter, nonce);
        NextCounter++;
        Span<byte> text = frame[HeaderLength..^AeadCipher.TagLength];
        key.Cipher.Seal(nonce, text, text, frame[^AeadCipher.TagLength..], frame[..HeaderLength]);
        return frame.Length;
    }

    /// <summary>Opens a frame of the peer. It never throws and allocates nothing. It changes nothing unless the seal is valid.</summary>
    /// <param name="frame">The datagram, any bytes.</param>
    /// <param name="plaintext">
    /// A buffer for the body and one byte more, that is the frame's length less 29. It must not be inside <paramref name="frame"/>; its
    /// content is undefined after an error.
    /// </param>
    /// <param name="type">The type of the frame.</param>
    /// <param name="length">The length of the body.</param>
    public FrameError Open(ReadOnlySpan<byte> frame, Span<byte> plaintext, out FrameType type, out int length) =>
        Open(frame, plaintext, out type, out length, out _);

    /// <summary>Opens a frame as the other one does, and tells its counter, which has no meaning after an error.</summary>
    internal FrameError Open(ReadOnlySpan<byte> frame, Span<byte> plaintext, out FrameType type, out int length, out ulong counter)
    {
        type = default;
        length = 0;
        counter = 0;
        if (!IsFrame(frame)) { return FrameError.NotAFrame; }

        if (BinaryPrimitives.ReadUInt32BigEndian(frame[TagOffset..]) != _incoming.Tag) { return FrameError.OtherSession; }

        counter = BinaryPrimitives.ReadUInt64BigEndian(frame[CounterOffset..]);
        if (counter >= Limit || !Received.IsFresh(counter)) { return FrameError.Replayed; }

        ReadOnlySpan<byte> sealedText = frame[HeaderLength..^AeadCipher.TagLength];
        if (plaintext.Length < sealedText.Length) { return FrameError.BufferTooShort; }

        Span<byte> text = plaintext[..sealedText.Length];
        if (!TryUnseal(counter, frame, sealedText, text)) { return FrameError.Forged; }

        Received.Add(counter);
        _incoming.Enter(PhaseOf(counter));
        if (text[0] is < (byte)FrameType.Probe or > (byte)FrameType.Data) { return FrameError.UnknownType; }

        type = (FrameType)text[0];
        length = text.Length - TypeLength;
        text[TypeLength..].CopyTo(plaintext);
        return FrameError.None;
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _outgoing.Dispose();
        _incoming.Dispose();
    }

    /// <summary>A constant text, so that no log shows a key.</summary>
    public override string ToString() => "(sealed session)";

    private ulong PhaseOf(ulong counter) => StepsKeys ? counter / FramesOfPhase : 0;

    private bool TryUnseal(ulong counter, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> sealedText, Span<byte> text)
    {
        // No honest frame is two phases ahead: a whole phase would be lost.
        if (_incoming.KeyOf(PhaseOf(counter)) is not { } key) { return false; }

        Span<byte> nonce = stackalloc byte[AeadCipher.NonceLength];
        key.WriteNonce(counter, nonce);
        return key.Cipher.TryOpen(
            nonce, sealedText, frame[^AeadCipher.TagLength..], text, _scratch.AsSpan(0, text.Length), frame[..HeaderLength]);
    }
}
