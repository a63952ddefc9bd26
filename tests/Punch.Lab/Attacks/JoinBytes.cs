using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Lab.Attacks;

/// <summary>Joins as attackers make them.</summary>
internal static class JoinBytes
{
    public static byte[] Make(
        ReadOnlySpan<byte> room,
        ReadOnlySpan<byte> party,
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<byte> nonce,
        ref SplitMix64 random,
        bool isLeaving = false,
        bool isSeeking = false)
    {
        byte[] id = new byte[TransactionId.Length];
        for (int i = 0; i < id.Length; i++) { id[i] = (byte)random.NextInt(256); }

        var join = new JoinRequest
        {
            TransactionId = TransactionId.FromBytes(id),
            Room = room,
            Party = party,
            Day = new Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero),
            Sealed = bytes,
            Nonce = nonce,
            IsLeaving = isLeaving,
            IsSeeking = isSeeking,
        };
        byte[] datagram = new byte[JoinRequest.Length];
        return join.TryWrite(datagram) ? datagram : throw new InvalidOperationException("the join can't be written");
    }
}
