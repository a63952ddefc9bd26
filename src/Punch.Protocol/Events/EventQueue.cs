namespace Punch.Protocol.Events;

/// <summary>The events that wait to be taken. Events that a stranger can cause are limited in number.</summary>
internal sealed class EventQueue(Instant start)
{
    /// <summary>How many addresses are named as tried in a session's life: a peer may name new ones without end.</summary>
    public const int MaxTrying = 64;

    /// <summary>How many hellos are named as unusable.</summary>
    public const int MaxRejected = 4;

    /// <summary>How often a peer, or a new round of it, is reported.</summary>
    public const int MaxFound = 64;

    private readonly Queue<SessionEvent> _queue = new(16);
    private int _trying;
    private int _rejected;
    private int _found;

    /// <summary>Time since the session's start.</summary>
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
            _ => false,
        };
        if (!isTooMany) { _queue.Enqueue(e); }
    }
}
