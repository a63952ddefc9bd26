namespace Punch.Protocol.Stun;

/// <summary>
/// Which attributes count, by those before them. An integrity attribute does not protect what follows it. So only a stronger integrity
/// attribute and the fingerprint count after it (RFC 8489 §14.5 to §14.7).
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

    /// <summary>Whether no attribute may follow.</summary>
    public readonly bool IsClosed => _stage == Stage.Closed;

    /// <summary>Whether an attribute of this type counts here.</summary>
    public readonly bool Admits(StunAttributeType type) => _stage switch
    {
        Stage.Open => true,
        Stage.AfterIntegrity => type is StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint,
        Stage.AfterIntegritySha256 => type is StunAttributeType.Fingerprint,
        _ => false,
    };

    /// <summary>Notes an attribute; false, with no change, if it does not count.</summary>
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
