using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Serving.Limits;

namespace Punch.Serving.Streams;

/// <summary>
/// The open connections, within their limits. A connection lives as long as it asks: each answer earns it the idle time anew, and nothing
/// else does. One that sends a byte now and then, or only noise, ends as soon as one that is silent.
/// </summary>
internal sealed class StreamTable(ConnectionLimits limits, TimeSpan idleTimeout)
{
    private readonly ConnectionTable _places = new(limits);
    private readonly Dictionary<long, LinkedListNode<StreamConnection>> _open = [];

    // All have the same idle time, so the order of their last answers is the order of their deadlines.
    private readonly LinkedList<StreamConnection> _byDeadline = new();

    /// <summary>When the next one has been idle for too long.</summary>
    public Instant? NextTimeout => _byDeadline.First?.Value.Deadline;

    /// <summary>What was counted.</summary>
    public ConnectionTable Counts => _places;

    /// <summary>Adds one; false, and nothing added, over the limits or when the number is taken.</summary>
    public bool TryOpen(long number, int endpoint, in TransportAddress client, Instant now)
    {
        if (_open.ContainsKey(number) || !_places.TryEnter(client.Host)) { return false; }

        var connection = new StreamConnection(number, endpoint, client) { Deadline = now + idleTimeout };
        _open.Add(number, _byDeadline.AddLast(connection));
        return true;
    }

    /// <summary>Finds one by its number.</summary>
    public bool TryFind(long number, [NotNullWhen(true)] out StreamConnection? connection)
    {
        connection = _open.GetValueOrDefault(number)?.Value;
        return connection is not null;
    }

    /// <summary>Finds one that has been idle for too long.</summary>
    public bool TryFindIdle(Instant now, [NotNullWhen(true)] out StreamConnection? connection)
    {
        connection = _byDeadline.First?.Value;
        return connection?.Deadline <= now;
    }

    /// <summary>Gives one its idle time anew.</summary>
    public void Extend(StreamConnection connection, Instant now)
    {
        LinkedListNode<StreamConnection> node = _open[connection.Number];
        connection.Deadline = now + idleTimeout;
        _byDeadline.Remove(node);
        _byDeadline.AddLast(node);
    }

    /// <summary>Takes one out.</summary>
    public void Remove(StreamConnection connection, bool isTimedOut = false)
    {
        _open.Remove(connection.Number, out LinkedListNode<StreamConnection>? node);
        _byDeadline.Remove(node!);
        _places.Leave(connection.Client.Host, isTimedOut);
    }
}
