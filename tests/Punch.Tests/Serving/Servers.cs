using Punch.Serving;

namespace Punch.Tests.Serving;

/// <summary>Servers as <c>punch serve</c> runs them, without sockets and limits.</summary>
internal static class Servers
{
    /// <summary>STUN alone, on endpoints that belong together.</summary>
    public static ServerMachine Stun(params IReadOnlyList<TransportAddress> endpoints) => new(Options(1, new ServedEndpoints(endpoints)));

    private static ServerMachineOptions Options(ulong secret, params ServedEndpoints[] served) =>
        new() { Served = served, Key0 = secret, Key1 = secret + 1, Limit = null, JoinLimit = null };
}
