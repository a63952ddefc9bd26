using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>The datagrams that wait to be sent, in order.</summary>
internal sealed class Outbox
{
    /// <summary>
    /// More than one call can ask for: what a finder may want, a message to each address, messages to repeat, and last messages.
    /// </summary>
    public const int Capacity = OrderQueue.Capacity + (SessionTarget.NamedHost.MaxRemotes * 2) + Conversation.MostRepeats + 8;

    private readonly Queue<Outgoing> _queue = new(Capacity);

    public int Count => _queue.Count;

    public void Add(in Outgoing outgoing)
    {
        if (_queue.Count < Capacity) { _queue.Enqueue(outgoing); }
    }

    public bool TryTake([MaybeNullWhen(false)] out Outgoing outgoing) => _queue.TryDequeue(out outgoing);
}
