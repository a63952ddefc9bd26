namespace Punch.Protocol.Streams;

/// <summary>Where the sending part of a stream stands: RFC 9000 §3.1.</summary>
internal enum SendState
{
    /// <summary>Bytes may still be written.</summary>
    Send,

    /// <summary>The end is known and everything was sent once.</summary>
    DataSent,

    /// <summary>The peer has acknowledged every byte and the end.</summary>
    DataReceived,

    /// <summary>The stream was given up.</summary>
    ResetSent,

    /// <summary>The peer knows that the stream was given up.</summary>
    ResetReceived,
}
