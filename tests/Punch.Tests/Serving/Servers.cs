using Punch.Serving;
using Punch.Serving.Rooms;

namespace Punch.Tests.Serving;

/// <summary>Servers as <c>punch serve</c> runs them, without sockets and limits.</summary>
internal static class Servers
{
    /// <summary>STUN alone, on endpoints that belong together.</summary>
    public static ServerMachine Stun(params IReadOnlyList<TransportAddress> endpoints) => new(Options(1, new ServedEndpoints(endpoints)));

    /// <summary>STUN and a rendezvous, each of the two families for itself.</summary>
    public static ServerMachine Meeting(IReadOnlyList<TransportAddress> endpoints, ulong secret)
    {
        ServedEndpoints[] families = [.. endpoints.GroupBy(each => each.Host.IsV6).Select(family => new ServedEndpoints([.. family]))];
        return new ServerMachine(Options(secret, families), new MemoryRooms(100, secret, secret + 2));
    }

    private static ServerMachineOptions Options(ulong secret, params ServedEndpoints[] served) =>
        new() { Served = served, Key0 = secret, Key1 = secret + 1, Limit = null, JoinLimit = null };
}
