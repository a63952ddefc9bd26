using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>Packets of a hostile peer: frames of every kind with the numbers that matter, and then broken bytes.</summary>
internal sealed class PacketMutator(ulong seed)
{
    private static readonly ulong[] Kinds =
    [
        0x00, 0x01, 0x02, 0x02, 0x02, 0x04, 0x05, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0C, 0x0C, 0x0D, 0x0E, 0x0E, 0x0E, 0x0F,
        0x10, 0x11, 0x12, 0x1C, 0x4001, 0x4002,
    ];

    private readonly byte[] _packet = new byte[1_200];
    private SplitMix64 _random = new(seed);
    private int _length;

    public bool Chance(int of) => _random.NextInt(of) == 0;

    public TimeSpan Time() => _random.NextDuration(TimeSpan.FromMilliseconds(Chance(10) ? 5_000 : 50));

    public ReadOnlySpan<byte> Next(StreamVictim victim)
    {
        _length = 0;
        for (int frames = 1 + _random.NextInt(4); frames > 0; frames--) { PutFrame(victim); }

        if (!Chance(3)) { return _packet.AsSpan(0, _length); }

        for (int flips = _random.NextInt(4); flips >= 0 && _length > 0; flips--)
        {
            _packet[_random.NextInt(_length)] = Chance(2) ? (byte)_random.NextInt(256) : (byte)0xFF;
        }

        return _packet.AsSpan(0, Chance(3) ? _random.NextInt(_length + 1) : _length);
    }

    private void PutFrame(StreamVictim victim)
    {
        ulong kind = Chance(60) ? _random.Next() & VarInt.Max : Kinds[_random.NextInt(Kinds.Length)];
        Put(kind);
        switch ((FrameKind)kind)
        {
            case FrameKind.Ack:
                PutAck(victim);
                break;
            case FrameKind.ResetStream:
                Put(Stream());
                Put(7);
                Put(Offset(victim));
                break;
            case FrameKind.StopSending:
                Put(Stream());
                Put(9);
                break;
            case FrameKind.MaxData or FrameKind.MaxStreams:
                Put(Offset(victim) * (ulong)_random.NextInt(3));
                break;
            case FrameKind.MaxStreamData or FrameKind.Consumed:
                Put(Stream());
                Put(Chance(3) ? (ulong)StreamVictim.Sent : Offset(victim));
                break;
            case FrameKind.Settings:
                PutBytes([0x01, 0x01]);
                break;
            case FrameKind.Close:
                Put(Chance(2) ? 0 : _random.Next() & VarInt.Max);
                PutBytes("bye"u8);
                break;
            case >= FrameKind.Stream and <= FrameKind.StreamLast:
                Put(Stream());
                if ((kind & 0x04) != 0) { Put(Offset(victim)); }

                if ((kind & 0x02) != 0) { PutBytes(new byte[_random.NextInt(40)]); }

                break;
        }
    }

    private void PutAck(StreamVictim victim)
    {
        ulong largest = Chance(20) ? victim.Next : (ulong)_random.NextInt((int)victim.Next);
        Put(largest);
        Put(Chance(3) ? VarInt.Max : (ulong)_random.NextInt(30_000));
        int more = _random.NextInt(3);
        Put((ulong)more);
        Put((ulong)_random.NextInt((int)Math.Min(largest + 1, 5)));
        for (; more > 0; more--)
        {
            Put((ulong)_random.NextInt(2));
            Put((ulong)_random.NextInt(3));
        }
    }

    private ulong Stream() => Chance(60) ? (ulong)_random.NextInt(9) : 0;

    private ulong Offset(StreamVictim victim)
    {
        ReceivePart receive = victim.Stream.Receive;
        return _random.NextInt(24) switch
        {
            0 => receive.Credit.Limit,
            1 => receive.Credit.Limit + 1,
            2 => VarInt.Max,
            < 6 => receive.Highest,
            < 12 => receive.Taken,
            _ => receive.Taken + (ulong)_random.NextInt(3_000),
        };
    }

    private void PutBytes(ReadOnlySpan<byte> bytes)
    {
        Put((ulong)bytes.Length);
        bytes.CopyTo(_packet.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Put(ulong value) => _length += VarInt.Write(Math.Min(value, VarInt.Max), _packet.AsSpan(_length));
}
