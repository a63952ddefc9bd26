namespace Punch.Protocol;

/// <summary>What a machine asks its driver to do with the stream to a remote address.</summary>
public enum StreamAction
{
    /// <summary>Connect. It is tried once: a machine that wants another try asks again.</summary>
    Open,

    /// <summary>Close the stream, or give up connecting.</summary>
    Close,
}

/// <summary>
/// A request of a machine about a stream. The driver replies with a <see cref="NetworkNotice"/> of the kind StreamOpened or StreamClosed.
/// After StreamOpened the stream carries datagrams: the machine sends to <see cref="Remote"/>, and receives from it.
/// </summary>
public readonly record struct StreamRequest
{
    /// <summary>The action.</summary>
    public required StreamAction Action { get; init; }

    /// <summary>The far end. Its transport is not UDP. A driver has one stream to each remote address.</summary>
    public required TransportAddress Remote { get; init; }

    /// <summary>The local TCP address to connect from, which may listen at the same time; null for any.</summary>
    public TransportAddress? Local { get; init; }
}

/// <summary>A machine that uses streams. A driver without streams never calls it, and the machine goes without.</summary>
public interface IStreamUser
{
    /// <summary>Takes the next request; false if there is none. The driver drains it with the transmits.</summary>
    bool TryStream(out StreamRequest request);
}
