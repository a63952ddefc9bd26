using Punch.Serving.Stun;

namespace Punch.Tests.Serving;

/// <summary>The three layouts of a server.</summary>
internal static class StunServers
{
    public static readonly TransportAddress A1P1 = TransportAddress.Parse("203.0.113.1:3478");
    public static readonly TransportAddress A1P2 = TransportAddress.Parse("203.0.113.1:3479");
    public static readonly TransportAddress A2P1 = TransportAddress.Parse("203.0.113.2:3478");
    public static readonly TransportAddress A2P2 = TransportAddress.Parse("203.0.113.2:3479");

    public static StunServerCore OneEndpoint() => new(new StunServerOptions { Endpoints = [A1P1] });

    public static StunServerCore TwoPorts() => new(new StunServerOptions { Endpoints = [A1P1, A1P2] });

    public static StunServerCore TwoAddresses(StunReplySize size = StunReplySize.NeverLarger) =>
        new(new StunServerOptions { Endpoints = [A1P1, A1P2, A2P1, A2P2], ReplySize = size });
}
