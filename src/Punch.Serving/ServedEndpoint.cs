using Punch.Protocol;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>An endpoint, and the parts that decide there about datagrams and streams.</summary>
/// <param name="Local">Its address, as this machine knows it.</param>
/// <param name="Place">Its place among the endpoints that belong together.</param>
/// <param name="Datagrams">Decides about datagrams.</param>
/// <param name="Streams">Decides about messages of connections.</param>
internal sealed record ServedEndpoint(TransportAddress Local, int Place, StunDesk Datagrams, StunDesk Streams)
{
    /// <summary>All endpoints of a server, by number.</summary>
    public static ServedEndpoint[] All(ServerMachineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Served.Count, nameof(options));
        return [.. options.Served.SelectMany(served => Of(served, options))];
    }

    private static IEnumerable<ServedEndpoint> Of(ServedEndpoints served, ServerMachineOptions options)
    {
        var named = new StunServerOptions { Endpoints = served.Public, ReplySize = options.ReplySize };
        var datagrams = new StunServerCore(named);
        var streams = new StunServerCore(named with { IsStream = true });
        StunDesk Desk(StunServerCore core) => new(core, options.Limit, options.Key0, options.Key1);
        return served.Local.Select((local, place) => new ServedEndpoint(local, place, Desk(datagrams), Desk(streams)));
    }
}
