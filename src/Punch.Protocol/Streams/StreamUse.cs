namespace Punch.Protocol.Streams;

/// <summary>What streams are for. The numbers are those on the wire.</summary>
public enum StreamUse
{
    /// <summary>Nothing, or the peer did not say.</summary>
    Unknown = 0,

    /// <summary>One stream joins the inputs and outputs of both sides. It is open from the beginning.</summary>
    Pipe = 1,

    /// <summary>Each side opens streams for the connections of its programs.</summary>
    Forward = 2,

    /// <summary>This side sends files over one stream. It is open from the beginning.</summary>
    Send = 3,

    /// <summary>This side receives files over one stream. It is open from the beginning.</summary>
    Receive = 4,
}

/// <summary>Which uses fit each other.</summary>
internal static class StreamUses
{
    /// <summary>Whether one stream is open from the beginning.</summary>
    public static bool HasFirst(this StreamUse use) => use is StreamUse.Pipe or StreamUse.Send or StreamUse.Receive;

    /// <summary>What the peer must want for this use.</summary>
    public static StreamUse Opposite(this StreamUse use) => use switch
    {
        StreamUse.Send => StreamUse.Receive,
        StreamUse.Receive => StreamUse.Send,
        _ => use,
    };
}
