using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>What a server counted since its start.</summary>
public readonly record struct ServerStatistics
{
    /// <summary>What came over UDP, a datagram each.</summary>
    public RequestCounts Udp { get; init; }

    /// <summary>What came over TCP, a message each.</summary>
    public RequestCounts Tcp { get; init; }

    /// <summary>The rooms, and the joins among what came over UDP.</summary>
    public RendezvousStatistics Rendezvous { get; init; }

    /// <summary>What is relayed, and the binds among what came over UDP. Frames that are forwarded are in none of the others.</summary>
    public RelayStatistics Relay { get; init; }

    /// <summary>TCP connections that are open now.</summary>
    public int Connections { get; init; }

    /// <summary>TCP connections that were taken.</summary>
    public long Accepted { get; init; }

    /// <summary>TCP connections that were turned away at a limit.</summary>
    public long TurnedAway { get; init; }

    /// <summary>TCP connections that were ended because no request came in time, or because they were open for too long.</summary>
    public long TimedOut { get; init; }

    /// <summary>How often the system failed to hand over what came over UDP.</summary>
    public long ReceiveErrors { get; init; }

    /// <summary>How often the system failed to take a TCP connection.</summary>
    public long AcceptErrors { get; init; }

    /// <summary>Over both transports.</summary>
    public RequestCounts Total => Udp + Tcp;

    /// <summary>Both together.</summary>
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
        ReceiveErrors = a.ReceiveErrors + b.ReceiveErrors,
        AcceptErrors = a.AcceptErrors + b.AcceptErrors,
    };
}
