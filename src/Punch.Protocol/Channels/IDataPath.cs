namespace Punch.Protocol.Channels;

/// <summary>
/// A session that carries data over its path: datagrams, neither repeated when lost nor put in order, but never faster than the peer takes
/// them.
/// </summary>
public interface IDataPath
{
    /// <summary>
    /// The most bytes of a datagram of data: fits any path, sealed or not (the IPv6 minimum of 1,280, less 48 of headers and 30 of a
    /// frame).
    /// </summary>
    const int MaxLength = 1200;

    /// <summary>
    /// Takes data for sending. False, with nothing taken, while no path is open, while the peer cannot know it is, and while enough is
    /// under way: try again after the next datagram or timeout.
    /// </summary>
    /// <param name="payload">1 to <see cref="MaxLength"/> bytes, which must not read as a peer message: <see cref="DataCut"/> sees to
    /// that.</param>
    /// <param name="now">Now.</param>
    bool TrySendData(ReadOnlySpan<byte> payload, Instant now);

    /// <summary>Says that all data was taken. The peer is told until it has confirmed it. Harmless when repeated.</summary>
    void EndData(Instant now);

    /// <summary>Says that the rest of the data could not be read. This side then leaves, and the peer knows that it misses some.</summary>
    void FailData(Instant now);

    /// <summary>
    /// Asks the peer to pause, since there is no room for its data, or to go on. What is under way must find room all the same.
    /// </summary>
    void HoldData(bool isFull, Instant now);
}
