using System.Diagnostics;

namespace Punch.Serving.Counting;

/// <summary>Counts on one thread at a time. Any thread may read it. The numbers of one reading may be a datagram apart.</summary>
internal sealed class RequestCounter
{
    private long _received;
    private long _receivedBytes;
    private long _answered;
    private long _refused;
    private long _limited;
    private long _ignored;
    private long _unsent;
    private long _sentBytes;

    /// <summary>A copy of the numbers.</summary>
    public RequestCounts Counts => new()
    {
        Received = Volatile.Read(ref _received),
        ReceivedBytes = Volatile.Read(ref _receivedBytes),
        Answered = Volatile.Read(ref _answered),
        Refused = Volatile.Read(ref _refused),
        Limited = Volatile.Read(ref _limited),
        Ignored = Volatile.Read(ref _ignored),
        Unsent = Volatile.Read(ref _unsent),
        SentBytes = Volatile.Read(ref _sentBytes),
    };

    /// <summary>Counts one datagram or message, its outcome, and the bytes received and sent.</summary>
    public void Note(RequestOutcome outcome, int receivedBytes, int sentBytes)
    {
        _received++;
        _receivedBytes += receivedBytes;
        _sentBytes += sentBytes;
        Of(outcome)++;
    }

    /// <summary>Counts replies that the system did not send.</summary>
    public void NoteUnsent(int count) => _unsent += count;

    private ref long Of(RequestOutcome outcome)
    {
        switch (outcome)
        {
            case RequestOutcome.Answered: return ref _answered;
            case RequestOutcome.Refused: return ref _refused;
            case RequestOutcome.Limited: return ref _limited;
            case RequestOutcome.Ignored: return ref _ignored;
            default: throw new UnreachableException();
        }
    }
}
