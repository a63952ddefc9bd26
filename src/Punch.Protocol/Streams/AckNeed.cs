namespace Punch.Protocol.Streams;

/// <summary>How soon a packet wants to be acknowledged: RFC 9000 §13.2.</summary>
internal enum AckNeed
{
    /// <summary>Never: it only acknowledges.</summary>
    None,

    /// <summary>With the next one, or after a short time.</summary>
    Soon,

    /// <summary>Now: nothing more may follow it.</summary>
    AtOnce,
}
