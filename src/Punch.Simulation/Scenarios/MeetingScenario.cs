using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Simulation.Scenarios;

/// <summary>The parts of a simulated meeting: the server of <c>punch serve</c>, and the target of <c>punch meet</c>.</summary>
public static class MeetingScenario
{
    /// <summary>A server without limits: STUN and a rendezvous, each address family for itself.</summary>
    /// <param name="endpoints">Where it serves: addresses and ports of one of the layouts of <see cref="ServerMachineOptions"/>.</param>
    /// <param name="secret">The secret of its return addresses.</param>
    /// <param name="wallClock">Its wall clock at the beginning; null for the one of <see cref="PairScenario"/>.</param>
    /// <param name="relay">What it relays, with shares or without; null for nothing.</param>
    public static ServerMachine Server(
        IReadOnlyList<TransportAddress> endpoints, ulong secret, DateTimeOffset? wallClock = null, RelayOptions? relay = null)
    {
        ServedEndpoints[] families = [.. endpoints.GroupBy(each => each.Host.IsV6).Select(family => new ServedEndpoints([.. family]))];
        var options = new ServerMachineOptions
        {
            Served = families,
            Key0 = secret,
            Key1 = secret + 1,
            Limit = null,
            JoinLimit = null,
            Calendar = new Calendar(wallClock ?? PairScenario.WallClock, Instant.Zero),
        };
        IRelay? table = relay is null ? null : new RelayTable(relay, secret, secret + 3);
        return new ServerMachine(options, new MemoryRooms(100, secret, secret + 2), table);
    }

    /// <summary>The target of one side.</summary>
    /// <param name="code">The code that both sides share.</param>
    /// <param name="servers">The server's addresses.</param>
    /// <param name="host">The host of the side, with its addresses in subnets of /24 and /64.</param>
    /// <param name="random">The source of its name and its key.</param>
    public static SessionTarget.Meeting Target(MeetingCode code, IReadOnlyList<TransportAddress> servers, Node host, ref SplitMix64 random)
    {
        var party = new PartyId(new UInt128(random.Next(), random.Next()));
        byte[] scalar = new byte[EphemeralKey.ScalarLength];
        for (int i = 0; i < scalar.Length; i++) { scalar[i] = (byte)random.NextInt(256); }

        return new SessionTarget.Meeting
        {
            Code = code,
            Servers = servers,
            Hosts = [.. host.Addresses.Select(address => new LocalAddress(address, address.IsV6 ? 64 : 24))],
            Party = party,
            Scalar = scalar,
        };
    }
}
