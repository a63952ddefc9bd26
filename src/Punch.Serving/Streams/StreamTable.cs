using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;

namespace Punch.Serving.Streams;

/// <summary>
/// The open connections, within their limits. Each reply gives a connection its idle time anew, and nothing else does. A connection that
/// sends a byte now and then, or only noise, ends as soon as a silent one. Every connection ends after <see cref="LongestLife"/>, so that
/// others get its place. But a client with a seat or a leg keeps its connection as long as it keeps these.
/// </summary>
internal sealed class StreamTable(ConnectionLimits limits, TimeSpan idleTimeout, KeySource keys)
{
    /// <summary>The longest life of a connection. Tests over TCP take seconds; a client that needs more connects again.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    /// <summary>How long a seat or a leg keeps a connection: the lifetime of a seat, and a quarter of it for a late refresh.</summary>
    public static readonly TimeSpan HeldTime = 1.25 * MemoryRooms.Lifetime;

    private readonly ConnectionTable _places = new(limits, keys);
    private readonly Dictionary<long, Places> _open = [];

    // All have the same idle time, so the order of the last replies is the order of the deadlines.
    private readonly LinkedList<StreamConnection> _byDeadline = new();
    private readonly LinkedList<StreamConnection> _byAge = new();

    // These have one time, too, in a list of their own.
    private readonly LinkedList<StreamConnection> _held = new();

    /// <summary>When the next connection has been idle or open for too long; null if there is none.</summary>
    public Instant? NextTimeout =>
        Instant.Earlier(_held.First?.Value.Deadline, Instant.Earlier(_byDeadline.First?.Value.Deadline, _byAge.First?.Value.End));

    /// <summary>The counts of connections.</summary>
    public ConnectionTable Counts => _places;

    /// <summary>Adds a connection; false, with nothing added, over the limits or if the number is taken.</summary>
    public bool TryOpen(long number, int endpoint, in TransportAddress client, Instant now)
    {
        if (_open.ContainsKey(number) || !_places.TryEnter(client.Host)) { return false; }

        var connection = new StreamConnection(number, endpoint, client, now + LongestLife) { Deadline = now + idleTimeout };
        _open.Add(number, new Places(_byDeadline.AddLast(connection), _byAge.AddLast(connection)));
        return true;
    }

    /// <summary>Finds a connection by its number.</summary>
    public bool TryFind(long number, [NotNullWhen(true)] out StreamConnection? connection)
    {
        connection = _open.GetValueOrDefault(number).ByDeadline?.Value;
        return connection is not null;
    }

    /// <summary>Finds a connection that has been idle or open for too long.</summary>
    public bool TryFindOver(Instant now, [NotNullWhen(true)] out StreamConnection? connection)
    {
        connection = _byAge.First?.Value;
        if (connection?.End <= now) { return true; }

        connection = _held.First?.Value;
        if (connection?.Deadline <= now) { return true; }

        connection = _byDeadline.First?.Value;
        return connection?.Deadline <= now;
    }

    /// <summary>Gives a connection its time anew.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isHeld">Whether its client has a seat or a leg: it then stays for <see cref="HeldTime"/>, whatever else comes.</param>
    /// <param name="now">The current time.</param>
    public void Extend(StreamConnection connection, bool isHeld, Instant now)
    {
        Places places = _open[connection.Number];
        if (isHeld)
        {
            places.ByAge.List?.Remove(places.ByAge);
            Move(places.ByDeadline, _held, now + HeldTime);
        }
        else if (places.ByDeadline.List == _byDeadline)
        {
            Move(places.ByDeadline, _byDeadline, now + idleTimeout);
        }
    }

    /// <summary>Removes a connection.</summary>
    public void Remove(StreamConnection connection, bool isTimedOut = false)
    {
        _open.Remove(connection.Number, out Places places);
        places.ByDeadline.List?.Remove(places.ByDeadline);
        places.ByAge.List?.Remove(places.ByAge);
        _places.Leave(connection.Client.Host, isTimedOut);
    }

    private static void Move(LinkedListNode<StreamConnection> node, LinkedList<StreamConnection> list, Instant deadline)
    {
        node.Value.Deadline = deadline;
        node.List?.Remove(node);
        list.AddLast(node);
    }

    private readonly record struct Places(LinkedListNode<StreamConnection> ByDeadline, LinkedListNode<StreamConnection> ByAge);
}
