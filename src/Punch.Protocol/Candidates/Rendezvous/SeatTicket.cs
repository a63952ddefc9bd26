using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// What moves this party's seat on its server to another address, or adds one of the other family. The server's addresses are one server,
/// so all clients of a session share it.
/// </summary>
internal sealed class SeatTicket
{
    private readonly byte[] _bytes = new byte[RendezvousLimits.Ticket];

    /// <summary>How many came; 0 before the first.</summary>
    public int Version { get; private set; }

    /// <summary>The newest one; empty before the first.</summary>
    public ReadOnlySpan<byte> Bytes => Version == 0 ? default : _bytes;

    /// <summary>Whether it did not move the seat: the reply with a newer one was lost. Where the seat is, that one can be had.</summary>
    public bool IsDoubted { get; set; }

    /// <summary>Takes a newer one, 16 bytes.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        IsDoubted = false;
        if (Version > 0 && bytes.SequenceEqual(_bytes)) { return; }

        bytes.CopyTo(_bytes);
        Version++;
    }
}
