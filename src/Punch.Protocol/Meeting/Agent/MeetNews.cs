using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>The events that wait to be taken. What a stranger can cause is told a limited number of times.</summary>
internal sealed class MeetNews(Instant start)
{
    /// <summary>How many addresses are named as tried, in a session's life: a peer may name new ones for ever.</summary>
    public const int MaxTrying = 64;

    /// <summary>How many hellos are named as unusable.</summary>
    public const int MaxRejected = 4;

    /// <summary>How often it is told that a peer, or a new round of it, is there.</summary>
    public const int MaxFound = 64;

    private readonly Queue<MeetEvent> _queue = new(16);
    private int _trying;
    private int _rejected;
    private int _found;

    public TimeSpan Elapsed(Instant now) => now - start;

    public bool TryTake([MaybeNullWhen(false)] out MeetEvent e) => _queue.TryDequeue(out e);

    public void Add(MeetEventKind kind, Instant now) => Add(new MeetEvent { Kind = kind, Elapsed = Elapsed(now) });

    public void Add(in MeetEvent e)
    {
        if (e.Kind == MeetEventKind.Trying && ++_trying > MaxTrying) { return; }

        if (e.Kind == MeetEventKind.PeerFound && ++_found > MaxFound) { return; }

        if (e.Kind == MeetEventKind.PeerRejected && ++_rejected > MaxRejected) { return; }

        _queue.Enqueue(e);
    }

    public void AddPeer(in PeerEvent e) => _queue.Enqueue(new MeetEvent { Kind = MeetEventKind.Peer, Elapsed = e.Elapsed, Peer = e });
}
