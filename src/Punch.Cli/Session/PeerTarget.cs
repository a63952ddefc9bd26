using Punch.Cli.Parsing;
using Punch.Net.Streams;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>Whom to reach.</summary>
internal abstract record PeerTarget
{
    private PeerTarget() { }

    /// <summary>A peer whose address is known.</summary>
    /// <param name="Remote">The peer, as it was typed.</param>
    /// <param name="Port">The peer's port.</param>
    internal sealed record Host(RemoteTarget Remote, ushort Port) : PeerTarget;

    /// <summary>A peer that shares a code, without a server.</summary>
    /// <param name="Code">The code; null to make one.</param>
    /// <param name="Remote">The peer, as it was typed; null to wait for a peer that knows this side's address.</param>
    /// <param name="Port">The peer's port.</param>
    internal sealed record At(MeetingCode? Code, RemoteTarget? Remote, ushort Port) : PeerTarget;

    /// <summary>A peer that shares a code.</summary>
    /// <param name="Code">The code; null to make one.</param>
    /// <param name="Server">The server that introduces the two.</param>
    /// <param name="ServerWord">The server as it was typed: the peer types it, too.</param>
    internal sealed record Meeting(MeetingCode? Code, RemoteTarget Server, string ServerWord) : PeerTarget
    {
        /// <summary>The ways to servers that were typed, at least one; the first is to <see cref="Server"/>.</summary>
        public IReadOnlyList<ServerWay> Ways { get; init; } = [new ServerWay(Server, null, null)];

        /// <summary>The proxy that was typed; null to go by the environment.</summary>
        public HttpProxy? Proxy { get; init; }

        /// <summary>The server as 'punch nat' takes it.</summary>
        public string PlainServer => Server.Port is { } port ? HttpProxy.HostPort(Server.Host, port) : Server.Host;

        /// <summary>Where the password of the server is.</summary>
        public PasswordPlace Password { get; init; } = PasswordPlace.None;

        /// <summary>Whether a relay may carry the path.</summary>
        public RelayPermission Relay { get; init; }

        /// <summary>The TURN server of this side; null for none.</summary>
        public TurnChoice? Turn { get; init; }
    }
}
