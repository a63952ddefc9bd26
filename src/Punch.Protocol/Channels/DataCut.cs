using Punch.Protocol.Text;

namespace Punch.Protocol.Channels;

/// <summary>
/// Cuts a stream of bytes into datagrams. A line with its end is one datagram; a longer line is cut. Nothing is added. So the other side
/// gets the stream back by writing one datagram after the other.
/// </summary>
public static class DataCut
{
    /// <summary>
    /// The length of the next datagram, 1 to <see cref="IDataPath.MaxLength"/>; 0 if the line continues beyond these bytes.
    /// </summary>
    /// <param name="stream">The bytes that were not sent yet.</param>
    /// <param name="isLast">Whether no more bytes follow soon, so that an incomplete line must be sent as it is.</param>
    public static int Next(ReadOnlySpan<byte> stream, bool isLast)
    {
        ReadOnlySpan<byte> most = stream[..Math.Min(stream.Length, IDataPath.MaxLength)];
        int end = most.IndexOf((byte)'\n') + 1;
        if (end == 0 && most.Length < IDataPath.MaxLength && !isLast) { return 0; }

        int length = end == 0 ? most.Length : end;

        // A line may look like a peer message, in a log of punch for instance. Then it is cut inside the word that makes it one.
        return PeerMessage.Parse(most[..length], out _, out int textLength) == PeerMessageParse.Foreign
            ? length
            : textLength + " punch"u8.Length;
    }
}
