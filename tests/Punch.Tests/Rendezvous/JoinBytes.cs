using Punch.Tests.Stun;

namespace Punch.Tests.Rendezvous;

/// <summary>Joins built byte by byte, without the codec under test.</summary>
internal sealed record JoinBytes
{
    public const ushort Request = 0x02C0; // method 0x0E0, request
    public const ushort Success = 0x03C0;
    public const ushort Error = 0x03D0;
    public const ushort Indication = 0x02D1; // method 0x0E1, indication

    public const ushort Room = 0xFF60;
    public const ushort Party = 0xFF61;
    public const ushort Sealed = 0xFF62;
    public const ushort Seek = 0xFF63;
    public const ushort Ticket = 0xFF64;
    public const ushort Check = 0xFF65;
    public const ushort Day = 0xFF66;
    public const ushort Filler = 0xFF50;
    public const ushort Nonce = 0x0015;
    public const ushort Lifetime = 0x000D;
    public const ushort Mapped = 0x0020;
    public const ushort Peer = 0x0012;
    public const ushort ErrorCode = 0x0009;

    private const int Whole = 1200;

    public byte[]? RoomName { get; init; } = Name(0xA0);

    public byte[]? PartyName { get; init; } = Name(0x01);

    public byte[]? Says { get; init; } = SealedOf(200);

    public byte[]? Cookie { get; init; }

    public byte[]? LifetimeValue { get; init; }

    public bool IsSeeking { get; init; }

    /// <summary>Empty to ask for one; null for none.</summary>
    public byte[]? TicketValue { get; init; }

    public bool AnswersChecks { get; init; }

    /// <summary>The day that the room is of; null for none.</summary>
    public uint? DayNumber { get; init; } = 0;

    /// <summary>An attribute in front of all others: type and value.</summary>
    public (ushort Type, byte[] Value)? Extra { get; init; }

    public int Length { get; init; } = Whole;

    public static byte[] Name(byte seed) => [.. Enumerable.Range(0, 16).Select(i => (byte)((seed + i) & 0xFF))];

    public static byte[] SealedOf(int length, byte seed = 7) => [.. Enumerable.Range(0, length).Select(i => (byte)(((i * 31) + seed) & 0xFF))];

    /// <summary>The datagram with a right fingerprint.</summary>
    public byte[] ToArray() => Body().WithFingerprint().ToArray();

    /// <summary>The datagram with a fingerprint that is wrong by one bit.</summary>
    public byte[] WithWrongFingerprint()
    {
        byte[] bytes = ToArray();
        bytes[^1] ^= 1;
        return bytes;
    }

    /// <summary>As long as a join, but with no fingerprint.</summary>
    public byte[] WithoutFingerprint() => (this with { Length = Length + 8 }).Body().ToArray();

    private StunBytes Body()
    {
        var bytes = new StunBytes(Request);
        if (Extra is { } extra) { bytes.With(extra.Type, extra.Value); }

        if (RoomName is not null) { bytes.With(Room, RoomName); }

        if (PartyName is not null) { bytes.With(Party, PartyName); }

        if (Says is not null) { bytes.With(Sealed, Says); }

        if (Cookie is not null) { bytes.With(Nonce, Cookie); }

        if (LifetimeValue is not null) { bytes.With(Lifetime, LifetimeValue); }

        if (IsSeeking) { bytes.With(Seek); }

        if (TicketValue is not null) { bytes.With(Ticket, TicketValue); }

        if (DayNumber is { } day) { bytes.With(Day, (byte)(day >> 24), (byte)((day >> 16) & 0xFF), (byte)((day >> 8) & 0xFF), (byte)(day & 0xFF)); }

        if (AnswersChecks) { bytes.With(Check); }

        return bytes.With(Filler, new byte[Length - 8 - 4 - bytes.ToArray().Length]);
    }
}
