namespace Punch.Protocol.Stun;

/// <summary>The flags of CHANGE-REQUEST: from where the server shall answer instead of from where it was asked. RFC 5780 §7.2.</summary>
[Flags]
public enum StunChange
{
    /// <summary>From the same place.</summary>
    None = 0,

    /// <summary>From its other port.</summary>
    Port = 0x2,

    /// <summary>From its other address.</summary>
    Address = 0x4,
}
