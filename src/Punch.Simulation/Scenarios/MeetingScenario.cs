using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Simulation.Scenarios;

/// <summary>
/// What a simulated meeting is made of: the server that <c>punch serve</c> runs, and the target that <c>punch meet</c> has.
/// </summary>
public static class MeetingScenario
{
    /// <summary>A server without limits: STUN and a rendezvous, each address family for itself.</summary>
    /// <param name="endpoints">Where it serves: addresses and ports of one of the layouts of <see cref="ServerMachineOptions"/>.</param>
    /// <param name="secret">The secret of its return addresses.</param>
    /// <param name="relay">What it relays, with shares or without; null for nothing.</param>
    public static ServerMachine Server(IReadOnlyList<TransportAddress> endpoints, ulong secret, RelayOptions? relay = null)
    {
        ServedEndpoints[] families = [.. endpoints.GroupBy(each => each.Host.IsV6).Select(family => new ServedEndpoints([.. family]))];
        var options = new ServerMachineOptions { Served = families, Key0 = secret, Key1 = secret + 1, Limit = null, JoinLimit = null };
        IRelay? table = relay is null ? null : new RelayTable(relay, secret, secret + 3);
        return new ServerMachine(options, new MemoryRooms(100, secret, secret + 2), table);
    }

    /// <summary>The target of one side.</summary>
    /// <param name="code">What both sides share.</param>
    /// <param name="servers">The server's addresses.</param>
    /// <param name="host">Where the side is: its addresses, in subnets of /24 and /64.</param>
    /// <param name="random">Draws its name and its key.</param>
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
