using Punch.Cli.Output;

namespace Punch.Cli.Pipe;

/// <summary>How far a pipe has come, for the live line: another thread asks.</summary>
/// <param name="total">The bytes of the input; null if they are not known.</param>
/// <param name="clock">Measures the rates.</param>
internal sealed class PipeProgress(long? total, TimeProvider clock)
{
    private readonly TransferRate _sending = new();
    private readonly TransferRate _receiving = new();
    private long _begun; // the timestamp of the first byte; 0 before
    private bool _isBegun;
    private long _sent;
    private long _received;

    /// <summary>Notes the bytes of the input that have arrived at the peer, and those of the peer that are written.</summary>
    public void Note(long sent, long received)
    {
        if (_begun == 0 && sent + received > 0) { Volatile.Write(ref _begun, Math.Max(clock.GetTimestamp(), 1)); }

        Volatile.Write(ref _sent, sent);
        Volatile.Write(ref _received, received);
    }

    /// <summary>The line as it reads now. Only one thread may ask, a few times a second.</summary>
    public string Text()
    {
        long sent = Volatile.Read(ref _sent);
        long received = Volatile.Read(ref _received);
        double sending = Rate(_sending, sent);
        double receiving = Rate(_receiving, received);
        _isBegun = Volatile.Read(ref _begun) != 0;
        string outgoing = sent > 0 || total > 0 || received == 0 ? $"sent {TransferProgress.Text(sent, total, sending)}" : "";
        string incoming = received > 0 ? $"received {TransferProgress.Text(received, null, receiving)}" : "";
        return outgoing.Length > 0 && incoming.Length > 0 ? $"{outgoing}; {incoming}" : outgoing + incoming;
    }

    // The time before the first byte says nothing of the rate.
    private double Rate(TransferRate rate, long done)
    {
        if (Volatile.Read(ref _begun) is not (> 0 and long begun)) { return 0; }

        if (!_isBegun) { rate.Note(TimeSpan.Zero, 0); }

        return rate.Note(clock.GetElapsedTime(begun), done);
    }
}
