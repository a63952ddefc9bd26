using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>The counts of a server since its start.</summary>
public readonly record struct ServerStatistics
{
    /// <summary>Counts of UDP, by datagram.</summary>
    public RequestCounts Udp { get; init; }

    /// <summary>Counts of TCP, by message.</summary>
    public RequestCounts Tcp { get; init; }

    /// <summary>The rooms, and the joins among the requests.</summary>
    public RendezvousStatistics Rendezvous { get; init; }

    /// <summary>What is relayed, and the binds among the requests. Frames that are forwarded are in none of the others.</summary>
    public RelayStatistics Relay { get; init; }

    /// <summary>TCP connections that are open now.</summary>
    public int Connections { get; init; }

    /// <summary>TCP connections that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>TCP connections that were refused at a limit.</summary>
    public long TurnedAway { get; init; }

    /// <summary>TCP connections that the server ended, because no request came in time or they were open for too long.</summary>
    public long TimedOut { get; init; }

    /// <summary>Datagrams that were dropped because the connection that they were for was slow, or gone.</summary>
    public long StreamDrops { get; init; }

    /// <summary>The number of failed receives on UDP sockets.</summary>
    public long ReceiveErrors { get; init; }

    /// <summary>The number of TCP connections that the system failed to accept.</summary>
    public long AcceptErrors { get; init; }

    /// <summary>The counts of both transports together.</summary>
    public RequestCounts Total => Udp + Tcp;

    /// <summary>The sum of both counts.</summary>
    public static ServerStatistics operator +(in ServerStatistics a, in ServerStatistics b) => new()
    {
        Udp = a.Udp + b.Udp,
        Tcp = a.Tcp + b.Tcp,
        Rendezvous = a.Rendezvous + b.Rendezvous,
        Relay = a.Relay + b.Relay,
        Connections = a.Connections + b.Connections,
        Accepted = a.Accepted + b.Accepted,
        TurnedAway = a.TurnedAway + b.TurnedAway,
        TimedOut = a.TimedOut + b.TimedOut,
        StreamDrops = a.StreamDrops + b.StreamDrops,
        ReceiveErrors = a.ReceiveErrors + b.ReceiveErrors,
        AcceptErrors = a.AcceptErrors + b.AcceptErrors,
    };
}
