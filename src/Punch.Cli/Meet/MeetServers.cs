using Punch.Cli.Nat;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol;

namespace Punch.Cli.Meet;

/// <summary>Turns the server that was named into addresses.</summary>
internal static class MeetServers
{
    /// <summary>One address of each family: the smallest, so that two sides who are told several choose the same.</summary>
    /// <exception cref="NameResolutionException">The name has no address that is wanted.</exception>
    /// <exception cref="LocalNetworkException">An address names no single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public static IReadOnlyList<TransportAddress> Find(PeerOptions options, PatientResolver resolver)
    {
        var target = (PeerTarget.Meeting)options.Target;
        IReadOnlyList<HostAddress> hosts = target.Server.Literal is { } literal ? [literal] : resolver.Resolve(options.Families);
        foreach (HostAddress host in hosts) { RemoteRules.RequireUnicast(host); }

        ushort port = target.Server.Port ?? NatOptions.StunPort;
        return [.. hosts.GroupBy(host => host.IsV6).Select(family => new TransportAddress(Smallest(family), port))];
    }

    private static HostAddress Smallest(IEnumerable<HostAddress> hosts) => hosts.MinBy(host =>
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = host.Write(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) >> (8 * (16 - length));
    });
}
