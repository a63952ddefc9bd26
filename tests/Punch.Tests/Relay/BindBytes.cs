using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;

namespace Punch.Tests.Relay;

/// <summary>Binds built byte by byte, without the codec under test.</summary>
internal sealed record BindBytes
{
    public const ushort Request = 0x02C2; // method 0x0E2, request
    public const ushort Success = 0x03C2;
    public const ushort Error = 0x03D2;
    public const ushort Notice = 0x02D3; // method 0x0E3, indication
    public const ushort Limits = 0xFF70;
    public const ushort Reason = 0xFF71;
    public const int Whole = 160;

    public byte[]? RoomName { get; init; } = JoinBytes.Name(0xA0);

    public byte[]? PartyName { get; init; } = JoinBytes.Name(0x01);

    public byte[]? Cookie { get; init; }

    public byte[]? LifetimeValue { get; init; }

    /// <summary>An attribute in front of all others: type and value.</summary>
    public (ushort Type, byte[] Value)? Extra { get; init; }

    public int Length { get; init; } = Whole;

    /// <summary>The datagram with a right fingerprint.</summary>
    public byte[] ToArray() => Body(Length - 8).WithFingerprint().ToArray();

    /// <summary>As long as a bind, but with no fingerprint.</summary>
    public byte[] WithoutFingerprint() => Body(Length).ToArray();

    private StunBytes Body(int length)
    {
        var bytes = new StunBytes(Request);
        if (Extra is { } extra) { bytes.With(extra.Type, extra.Value); }

        if (RoomName is not null) { bytes.With(JoinBytes.Room, RoomName); }

        if (PartyName is not null) { bytes.With(JoinBytes.Party, PartyName); }

        if (Cookie is not null) { bytes.With(JoinBytes.Nonce, Cookie); }

        if (LifetimeValue is not null) { bytes.With(JoinBytes.Lifetime, LifetimeValue); }

        return bytes.With(JoinBytes.Filler, new byte[length - 4 - bytes.ToArray().Length]);
    }
}
