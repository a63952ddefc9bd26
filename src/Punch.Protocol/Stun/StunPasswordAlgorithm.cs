namespace Punch.Protocol.Stun;

/// <summary>How a password becomes a long-term key: RFC 8489 §18.5. Any number can arrive.</summary>
public enum StunPasswordAlgorithm : ushort
{
    /// <summary>MD5 of username, realm and password. Every server before RFC 8489 uses it.</summary>
    Md5 = 0x0001,

    /// <summary>SHA-256 of the same.</summary>
    Sha256 = 0x0002,
}
