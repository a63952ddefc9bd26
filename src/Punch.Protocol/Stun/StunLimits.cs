namespace Punch.Protocol.Stun;

/// <summary>The longest values that RFC 8489 allows, in bytes.</summary>
internal static class StunLimits
{
    /// <summary>§14.3: "fewer than 509 bytes".</summary>
    public const int Username = 508;

    /// <summary>§14.4: a SHA-256.</summary>
    public const int Userhash = 32;

    /// <summary>§14.8 to §14.10, §14.14: 128 characters "as long as 509 bytes when encoding them".</summary>
    public const int TextSent = 509;

    /// <summary>The same sections: "and as long as 763 bytes when decoding them".</summary>
    public const int TextReceived = 763;
}
