namespace Punch.Protocol.Events;

/// <summary>The events that wait to be taken. The number of events that a stranger can cause is limited.</summary>
internal sealed class EventQueue(Instant start)
{
    /// <summary>The most addresses reported as tried in a session's life. Without it, a peer could name new ones without end.</summary>
    public const int MaxTrying = 64;

    /// <summary>The most hellos reported as unusable.</summary>
    public const int MaxRejected = 4;

    /// <summary>How often a peer, or a new round of it, is reported at most.</summary>
    public const int MaxFound = 64;

    /// <summary>The most events of a TURN server: it may grant and refuse without end.</summary>
    public const int MaxTurn = 32;

    private readonly Queue<SessionEvent> _queue = new(16);
    private int _trying;
    private int _rejected;
    private int _found;
    private int _turn;

    /// <summary>The time since the session's start.</summary>
    public TimeSpan Elapsed(Instant now) => now - start;

    public bool TryTake(out SessionEvent e) => _queue.TryDequeue(out e);

    public void Add(SessionEventKind kind, Instant now) => Add(new SessionEvent { Kind = kind, Elapsed = Elapsed(now) });

    public void Add(in SessionEvent e)
    {
        bool isTooMany = e.Kind switch
        {
            SessionEventKind.Trying => ++_trying > MaxTrying,
            SessionEventKind.PeerFound => ++_found > MaxFound,
            SessionEventKind.PeerRejected => ++_rejected > MaxRejected,
            SessionEventKind.TurnReady or SessionEventKind.TurnFailed or SessionEventKind.TurnForbidden => ++_turn > MaxTurn,
            _ => false,
        };
        if (!isTooMany) { _queue.Enqueue(e); }
    }
}
