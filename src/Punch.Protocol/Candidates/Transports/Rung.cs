namespace Punch.Protocol.Candidates.Transports;

/// <summary>A further address of a server, and how the attempts to reach the server there stand.</summary>
/// <param name="address">The address. A stream may lead to a proxy.</param>
/// <param name="step">The step of the ladder that it belongs to.</param>
internal sealed class Rung(TransportAddress address, int step)
{
    // A server that restarts is back within seconds, and one that is gone is not to be flooded.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _attempts;

    /// <summary>The address.</summary>
    public TransportAddress Address => address;

    /// <summary>The step of the ladder that it belongs to.</summary>
    public int Step => step;

    /// <summary>How it stands.</summary>
    public RungState State { get; private set; }

    /// <summary>The near end of the stream while it is open.</summary>
    public TransportAddress Local { get; private set; }

    /// <summary>Why the last attempt failed; null if none did.</summary>
    public string? Reason { get; private set; }

    /// <summary>When it is dialed again; null while it is not waiting for that.</summary>
    public Instant? Due { get; private set; }

    /// <summary>How many attempts failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Begins an attempt.</summary>
    public void Begin() => (State, Due) = (address.IsStream ? RungState.Dialing : RungState.Open, null);

    /// <summary>The stream is open.</summary>
    public void Open(in TransportAddress local) => (State, Local) = (RungState.Open, local);

    /// <summary>The server answered there.</summary>
    public void NoteAnswer() => (_attempts, Failures) = (0, 0);

    /// <summary>The stream is closed, or could not be opened. It is dialed again after a pause that doubles.</summary>
    public void Fail(string? reason, Instant now)
    {
        TimeSpan pause = FirstPause * (1 << Math.Min(_attempts++, 5));
        State = RungState.Failed;
        Reason = reason ?? "the connection was closed";
        Failures++;
        Due = now + (pause < LongestPause ? pause : LongestPause);
    }

    /// <summary>It is not needed now.</summary>
    public void Rest() => (State, Due, _attempts) = (RungState.Idle, null, 0);
}

/// <summary>How a <see cref="Rung"/> stands.</summary>
internal enum RungState
{
    /// <summary>It was not tried, or is not needed.</summary>
    Idle,

    /// <summary>A stream is being opened.</summary>
    Dialing,

    /// <summary>The server is asked there.</summary>
    Open,

    /// <summary>The stream broke, or could not be opened.</summary>
    Failed,
}
