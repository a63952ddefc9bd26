using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>One attribute of a message: a view of the message's bytes.</summary>
/// <param name="type">Its number.</param>
/// <param name="value">Its value without padding.</param>
/// <remarks>
/// <code>
///  0                   1                   2                   3
/// +-------------------------------+-------------------------------+
/// |             Type              |            Length             |
/// +-------------------------------+-------------------------------+
/// |              Value, padded to a multiple of 4 bytes          ...      RFC 8489 §14
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
public readonly ref struct StunAttribute(StunAttributeType type, ReadOnlySpan<byte> value)
{
    /// <summary>The length of type and length field, in bytes.</summary>
    internal const int HeaderLength = 4;

    /// <summary>Its number.</summary>
    public StunAttributeType Type { get; } = type;

    /// <summary>Its value without padding.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The length of a value on the wire in bytes, with padding.</summary>
    internal static int PaddedLength(int length) => (length + 3) & ~3;
}

/// <summary>
/// Steps through the attributes that count, in the order of the message. Attributes after an integrity attribute that are not protected are
/// left out: RFC 8489 §14.5.
/// </summary>
public ref struct StunAttributeEnumerator
{
    private readonly ReadOnlySpan<byte> _attributes;
    private AttributeOrder _order;
    private int _next;

    /// <param name="attributes">Attributes whose lengths <see cref="StunMessage.Parse"/> has checked.</param>
    internal StunAttributeEnumerator(ReadOnlySpan<byte> attributes) => _attributes = attributes;

    /// <summary>The current attribute.</summary>
    public StunAttribute Current { get; private set; }

    /// <summary>Returns itself, for <c>foreach</c>.</summary>
    public readonly StunAttributeEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next attribute; false if there is none.</summary>
    public bool MoveNext()
    {
        while (_next < _attributes.Length)
        {
            ReadOnlySpan<byte> rest = _attributes[_next..];
            var type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            _next += StunAttribute.HeaderLength + StunAttribute.PaddedLength(length);
            if (!_order.TryPass(type)) { continue; }

            Current = new StunAttribute(type, rest.Slice(StunAttribute.HeaderLength, length));
            return true;
        }

        return false;
    }
}
