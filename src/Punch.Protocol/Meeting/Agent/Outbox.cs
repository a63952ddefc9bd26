using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Peer;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>What a datagram that waits to be sent will be.</summary>
internal enum OutgoingKind
{
    Join,
    Leave,
    Binding,
    Probe,
    Answer,
    Goodbye,
}

/// <summary>A datagram that waits to be sent. Its bytes are written when the driver takes it.</summary>
internal readonly record struct Outgoing(OutgoingKind Kind, Route Route)
{
    /// <summary>0 for the system's own.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The token of a probe, or of what an answer answers.</summary>
    public ulong Token { get; init; }

    /// <summary>The token of the probe that an answer is, too; 0 for none.</summary>
    public ulong OwnToken { get; init; }

    /// <summary>Whether this path is proven.</summary>
    public bool HasProof { get; init; }

    /// <summary>Whose join.</summary>
    public RendezvousClient? Client { get; init; }

    /// <summary>Of a Binding request.</summary>
    public TransactionId Id { get; init; }
}

/// <summary>The datagrams that wait to be sent, in order: a prime must go before the join that tells the peer to dial.</summary>
internal sealed class Outbox
{
    /// <summary>More than one call can ask for: a probe and an answer to every target, and a few words to the servers.</summary>
    public const int Capacity = (TargetTable.Capacity * 2) + 16;

    private readonly Queue<Outgoing> _queue = new(Capacity);

    public int Count => _queue.Count;

    public void Add(in Outgoing outgoing)
    {
        if (_queue.Count < Capacity) { _queue.Enqueue(outgoing); }
    }

    public bool TryTake([MaybeNullWhen(false)] out Outgoing outgoing) => _queue.TryDequeue(out outgoing);
}
