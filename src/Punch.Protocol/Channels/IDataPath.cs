namespace Punch.Protocol.Channels;

/// <summary>
/// A session that carries data over its path in datagrams. Lost data is not resent and the order may change. It is never faster than the
/// peer takes it.
/// </summary>
public interface IDataPath
{
    /// <summary>
    /// The longest data datagram in bytes. It fits any path, sealed or not (the IPv6 minimum of 1,280, less 48 of headers and 30 of a
    /// frame).
    /// </summary>
    const int MaxLength = 1200;

    /// <summary>
    /// Takes data for sending. False, with nothing taken, while no path is open, the peer cannot know of the path, or enough is under way.
    /// Try again after the next datagram or timeout.
    /// </summary>
    /// <param name="payload">
    /// 1 to <see cref="MaxLength"/> bytes, which must not look like a peer message: <see cref="DataCut"/> takes care of that.
    /// </param>
    /// <param name="now">The current time.</param>
    bool TrySendData(ReadOnlySpan<byte> payload, Instant now);

    /// <summary>Marks the end of the data. The mark is repeated until the peer confirms it. A second call does nothing.</summary>
    void EndData(Instant now);

    /// <summary>
    /// Marks that the rest of the data could not be read. This side then leaves, and the peer knows that data is missing.
    /// </summary>
    void FailData(Instant now);

    /// <summary>
    /// Asks the peer to pause, because there is no room for its data, or to go on. Data that is already under way still needs room.
    /// </summary>
    void HoldData(bool isFull, Instant now);
}
