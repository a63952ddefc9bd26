using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// The newest joins that were replaced before their reply came. One of them may have moved the seat: then its reply has the only ticket
/// that moves the seat again.
/// </summary>
internal sealed class ReplacedJoins
{
    private const int Capacity = 4;

    private readonly (TransactionId Id, int Ticket)[] _joins = new (TransactionId, int)[Capacity];
    private int _next;

    /// <summary>Remembers a join.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="ticket">The version of the ticket that went with it, from 1.</param>
    public void Add(TransactionId id, int ticket) => _joins[_next++ % Capacity] = (id, ticket);

    /// <summary>Whether this is the reply to one of them, and has the ticket that follows the newest one that is known.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="newest">The version of the newest ticket.</param>
    public bool Have(in JoinReply reply, int newest)
    {
        if (reply.Ticket.IsEmpty || !(reply.Lifetime > TimeSpan.Zero)) { return false; }

        foreach ((TransactionId id, int ticket) in _joins)
        {
            if (ticket == newest && ticket > 0 && id == reply.TransactionId) { return true; }
        }

        return false;
    }
}
