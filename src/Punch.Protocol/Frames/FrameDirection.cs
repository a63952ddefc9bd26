using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// The keys of one direction of a session, phase by phase. A phase has a fixed number of frames, so a frame's counter determines its phase.
/// Each key is derived from a secret that is replaced with it, as in QUIC (RFC 9001 §6).
/// </summary>
internal sealed class FrameDirection : IDisposable
{
    /// <summary>The length of the key material in bytes: key(32) + iv(12) + tag(4).</summary>
    public const int MaterialLength = FrameKey.MaterialLength + sizeof(uint);

    private readonly byte[] _chain = Secret.Allocate(MeetingKeys.KeyLength);
    private ulong _phase;
    private FrameKey _current;
    private FrameKey? _former; // for late frames of the phase before
    private FrameKey? _next; // made when a frame may be sealed with it

    /// <param name="material"><see cref="MaterialLength"/> bytes; copied.</param>
    public FrameDirection(ReadOnlySpan<byte> material)
    {
        _current = new FrameKey(material[..FrameKey.MaterialLength]);
        Tag = BinaryPrimitives.ReadUInt32BigEndian(material[FrameKey.MaterialLength..]);
        HKDF.Expand(HashAlgorithmName.SHA256, material[..MeetingKeys.KeyLength], _chain, "punch/1 phases"u8);
    }

    /// <summary>Marks the frames of this direction. Anyone on the path can see it.</summary>
    public uint Tag { get; }

    /// <summary>The key of a phase: the current one, the one before or the one after; null for others.</summary>
    public FrameKey? KeyOf(ulong phase)
    {
        if (phase == _phase) { return _current; }

        if (phase == _phase + 1) { return _next ??= MakeNext(); }

        return phase + 1 == _phase ? _former : null;
    }

    /// <summary>
    /// Begins a phase, after an authentic frame of it, or for the next frame to seal. It wipes the key of the phase before the former one.
    /// </summary>
    public void Enter(ulong phase)
    {
        while (_phase < phase)
        {
            _former?.Dispose();
            _former = _current;
            _current = _next ?? MakeNext();
            _next = null;
            _phase++;
        }
    }

    public void Dispose()
    {
        _current.Dispose();
        _former?.Dispose();
        _next?.Dispose();
        CryptographicOperations.ZeroMemory(_chain);
    }

    private FrameKey MakeNext()
    {
        Span<byte> derived = stackalloc byte[FrameKey.MaterialLength + MeetingKeys.KeyLength];
        HKDF.Expand(HashAlgorithmName.SHA256, _chain, derived, "punch/1 next phase"u8);
        derived[FrameKey.MaterialLength..].CopyTo(_chain);
        var key = new FrameKey(derived[..FrameKey.MaterialLength]);
        CryptographicOperations.ZeroMemory(derived);
        return key;
    }
}
