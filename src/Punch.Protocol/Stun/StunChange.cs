namespace Punch.Protocol.Stun;

/// <summary>The flags of CHANGE-REQUEST: where the server should reply from, instead of the place that was asked. RFC 5780 §7.2.</summary>
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
