namespace Punch.Protocol.Stun;

/// <summary>
/// Which attributes count, going by those before them. What follows an integrity attribute is not protected by it, so only a
/// stronger integrity attribute and the fingerprint count there (RFC 8489 §14.5 to §14.7).
/// </summary>
internal struct AttributeOrder
{
    private Stage _stage;

    private enum Stage : byte
    {
        Open,
        AfterIntegrity,
        AfterIntegritySha256,
        Closed,
    }

    /// <summary>Whether nothing may follow.</summary>
    public readonly bool IsClosed => _stage == Stage.Closed;

    /// <summary>Whether an attribute of this type counts here.</summary>
    public readonly bool Admits(StunAttributeType type) => _stage switch
    {
        Stage.Open => true,
        Stage.AfterIntegrity => type is StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint,
        Stage.AfterIntegritySha256 => type is StunAttributeType.Fingerprint,
        _ => false,
    };

    /// <summary>Takes note of an attribute; false, and no change, when it does not count.</summary>
    public bool TryPass(StunAttributeType type)
    {
        if (!Admits(type)) { return false; }

        _stage = type switch
        {
            StunAttributeType.MessageIntegrity => Stage.AfterIntegrity,
            StunAttributeType.MessageIntegritySha256 => Stage.AfterIntegritySha256,
            StunAttributeType.Fingerprint => Stage.Closed,
            _ => _stage,
        };
        return true;
    }
}
