using Punch.Cli.Nat;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Commands.Meet;

/// <summary>Turns the server that was named into addresses.</summary>
internal static class MeetServers
{
    /// <summary>One address of each family: the smallest, so that both sides choose the same one of several.</summary>
    /// <param name="server">The server, as it was typed.</param>
    /// <param name="families">The families that are wanted.</param>
    /// <param name="resolver">Looks its name up.</param>
    /// <exception cref="NameResolutionException">The name has no address that is wanted.</exception>
    /// <exception cref="LocalNetworkException">An address names no single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public static IReadOnlyList<TransportAddress> Find(RemoteTarget server, AddressFamilies families, PatientResolver resolver)
    {
        IReadOnlyList<HostAddress> hosts = server.Literal is { } literal ? [literal] : resolver.Resolve(server.LookUpName, families);
        foreach (HostAddress host in hosts) { RemoteRules.RequireUnicast(host); }

        ushort port = server.Port ?? NatOptions.StunPort;
        return [.. hosts.GroupBy(host => host.IsV6).Select(family => new TransportAddress(Smallest(family), port))];
    }

    private static HostAddress Smallest(IEnumerable<HostAddress> hosts) => hosts.MinBy(host =>
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = host.Write(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) >> (8 * (16 - length));
    });
}
