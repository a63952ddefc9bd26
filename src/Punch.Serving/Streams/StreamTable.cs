using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Serving.Limits;

namespace Punch.Serving.Streams;

/// <summary>
/// The open connections, within their limits. Each reply gives a connection its idle time anew, and nothing else does. A connection that
/// sends a byte now and then, or only noise, ends as soon as a silent one. Every connection ends after <see cref="LongestLife"/>, so that
/// others get its place.
/// </summary>
internal sealed class StreamTable(ConnectionLimits limits, TimeSpan idleTimeout, KeySource keys)
{
    /// <summary>The longest life of a connection. Tests over TCP take seconds; a client that needs more connects again.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    private readonly ConnectionTable _places = new(limits, keys);
    private readonly Dictionary<long, Places> _open = [];

    // All have the same idle time, so the order of the last replies is the order of the deadlines.
    private readonly LinkedList<StreamConnection> _byDeadline = new();
    private readonly LinkedList<StreamConnection> _byAge = new();

    /// <summary>When the next connection has been idle or open for too long; null if there is none.</summary>
    public Instant? NextTimeout => Instant.Earlier(_byDeadline.First?.Value.Deadline, _byAge.First?.Value.End);

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

        connection = _byDeadline.First?.Value;
        return connection?.Deadline <= now;
    }

    /// <summary>Gives a connection its idle time anew.</summary>
    public void Extend(StreamConnection connection, Instant now)
    {
        LinkedListNode<StreamConnection> node = _open[connection.Number].ByDeadline;
        connection.Deadline = now + idleTimeout;
        _byDeadline.Remove(node);
        _byDeadline.AddLast(node);
    }

    /// <summary>Removes a connection.</summary>
    public void Remove(StreamConnection connection, bool isTimedOut = false)
    {
        _open.Remove(connection.Number, out Places places);
        _byDeadline.Remove(places.ByDeadline);
        _byAge.Remove(places.ByAge);
        _places.Leave(connection.Client.Host, isTimedOut);
    }

    private readonly record struct Places(LinkedListNode<StreamConnection> ByDeadline, LinkedListNode<StreamConnection> ByAge);
}
