using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Commands.Meet;

/// <summary>Turns the server that was named into addresses.</summary>
internal static class MeetServers
{
    /// <summary>How many addresses of one family are used.</summary>
    private const int MaxOfFamily = 4;

    /// <summary>The addresses, the families interleaved, of each the smallest first, so that both sides begin with the same one.</summary>
    /// <param name="server">The server, as it was typed.</param>
    /// <param name="families">The families that are wanted.</param>
    /// <param name="resolver">Looks its name up.</param>
    /// <exception cref="NameResolutionException">The name has no address that is wanted.</exception>
    /// <exception cref="LocalNetworkException">An address names no single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public static IReadOnlyList<HostAddress> Find(RemoteTarget server, AddressFamilies families, PatientResolver resolver) =>
        Order(resolver.Resolve(server, families));

    /// <summary>The addresses that a server has now, in the same order; none where that fails.</summary>
    public static IReadOnlyList<HostAddress> LookUp(RemoteTarget server, AddressFamilies families, CancellationToken stop)
    {
        if (server.Literal is { } literal) { return [literal]; }

        try
        {
            return Order(Resolver.Resolve(server.LookUpName, families, PatientResolver.Timeout, stop));
        }
        catch (Exception e) when (e is NameResolutionException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>Puts addresses into the order in which they are asked.</summary>
    internal static IReadOnlyList<HostAddress> Order(IReadOnlyList<HostAddress> hosts)
    {
        HostAddress[][] families =
        [
            .. hosts.GroupBy(host => host.IsV6).Select(family => family.OrderBy(Number).Take(MaxOfFamily).ToArray()),
        ];
        return
        [
            .. Enumerable.Range(0, MaxOfFamily).SelectMany(i => families.Where(family => i < family.Length).Select(family => family[i])),
        ];
    }

    private static UInt128 Number(HostAddress host)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = host.Write(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) >> (8 * (16 - length));
    }
}
