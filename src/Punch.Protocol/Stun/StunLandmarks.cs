namespace Punch.Protocol.Stun;

/// <summary>The positions of the attributes that protect the message; 0 for an absent one.</summary>
internal readonly record struct StunLandmarks(int Integrity, int IntegritySha256, int Fingerprint)
{
    public StunLandmarks With(StunAttributeType type, int at) => type switch
    {
        StunAttributeType.MessageIntegrity => this with { Integrity = at },
        StunAttributeType.MessageIntegritySha256 => this with { IntegritySha256 = at },
        StunAttributeType.Fingerprint => this with { Fingerprint = at },
        _ => this,
    };
}
