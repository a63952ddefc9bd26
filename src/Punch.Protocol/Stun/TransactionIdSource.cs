using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>Makes transaction ids that cannot be predicted without the key, not even by a server that has seen others of them.</summary>
internal sealed class TransactionIdSource(ulong high, ulong low)
{
    private readonly SipHash _hash = new(high, low);
    private ulong _counter;

    public TransactionId Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _hash.Of(++_counter));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _hash.Of(++_counter));
        return TransactionId.FromBytes(bytes[..TransactionId.Length]);
    }
}
