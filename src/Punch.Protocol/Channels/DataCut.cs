using Punch.Protocol.Text;

namespace Punch.Protocol.Channels;

/// <summary>
/// Cuts a stream of bytes into datagrams: a line is one, its end included; a longer one is cut. Nothing is added, so the other side
/// has the stream again by writing one datagram after the other.
/// </summary>
public static class DataCut
{
    /// <summary>
    /// The length of the next datagram, 1 to <see cref="IDataPath.MaxLength"/>; 0 when the line goes on beyond what is there.
    /// </summary>
    /// <param name="stream">What was not sent yet.</param>
    /// <param name="isLast">Whether no more follows soon, so that a line without an end is to go out as it is.</param>
    public static int Next(ReadOnlySpan<byte> stream, bool isLast)
    {
        ReadOnlySpan<byte> most = stream[..Math.Min(stream.Length, IDataPath.MaxLength)];
        int end = most.IndexOf((byte)'\n') + 1;
        if (end == 0 && most.Length < IDataPath.MaxLength && !isLast) { return 0; }

        int length = end == 0 ? most.Length : end;

        // A line that reads as a message of ours, a log of punch for instance, is cut within the word that makes it one.
        return PeerMessage.Parse(most[..length], out _, out int textLength) == PeerMessageParse.Foreign
            ? length
            : textLength + " punch"u8.Length;
    }
}
