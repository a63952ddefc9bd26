namespace Punch.Protocol.Streams;

/// <summary>Where the receiving part of a stream stands: RFC 9000 §3.2.</summary>
internal enum ReceiveState
{
    /// <summary>The end is not known.</summary>
    Receive,

    /// <summary>The end is known, and bytes before it are missing.</summary>
    SizeKnown,

    /// <summary>Every byte is here.</summary>
    DataReceived,

    /// <summary>The program has taken every byte.</summary>
    DataRead,

    /// <summary>The peer gave the stream up.</summary>
    ResetReceived,
}
