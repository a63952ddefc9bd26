using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// Sends several datagrams in one call where the kernel cuts them. Where it refuses, they leave one by one at once, and later ones to that
/// destination do so, too. The reasons are a matter of the interface and of the path's MTU, so one destination says little of others.
/// </summary>
internal sealed class SegmentedSend(ISegmentCalls calls)
{
    /// <summary>With more refusing destinations than this, the kernel is not asked any more.</summary>
    public const int MaxRefusing = 32;

    private readonly HashSet<TransportAddress> _refusing = [];
    private bool? _cuts;

    /// <summary>
    /// Sends datagrams to the current destination. Returns 0 or more, or the negative error number of the last that failed.
    /// </summary>
    /// <param name="bytes">The datagrams, one behind the other.</param>
    /// <param name="segmentSize">Bytes of each but the last, more than 0.</param>
    /// <param name="to">The destination.</param>
    public int Send(ReadOnlySpan<byte> bytes, int segmentSize, TransportAddress to)
    {
        if (bytes.Length <= segmentSize) { return calls.TrySend(bytes, segmentSize: 0); }

        if (!(_cuts ??= calls.CanCut()) || _refusing.Contains(to)) { return SendApart(bytes, segmentSize); }

        int result = calls.TrySend(bytes, segmentSize);
        if (!SegmentControl.IsRefusal(-result)) { return result; }

        int apart = SendApart(bytes, segmentSize);
        if (apart >= 0) { Remember(to, -result); }

        return apart;
    }

    private void Remember(TransportAddress to, int error)
    {
        _refusing.Add(to);
        _cuts = error != Errno.NoSuchOption && _refusing.Count <= MaxRefusing;
    }

    private int SendApart(ReadOnlySpan<byte> bytes, int segmentSize)
    {
        int result = 0;
        foreach (ReadOnlySpan<byte> datagram in new Segments(bytes, segmentSize))
        {
            int sent = calls.TrySend(datagram, segmentSize: 0);
            if (sent < 0) { result = sent; }
        }

        return result;
    }
}
