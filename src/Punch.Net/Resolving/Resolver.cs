using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Punch.Net.Addresses;
using Punch.Protocol;

namespace Punch.Net.Resolving;

/// <summary>Which address families are wanted.</summary>
public enum AddressFamilies
{
    /// <summary>Both.</summary>
    Any,

    /// <summary>IPv4 only.</summary>
    V4,

    /// <summary>IPv6 only.</summary>
    V6,
}

/// <summary>A name has no usable address. The message is one lower-case line for people, without a full stop.</summary>
public sealed class NameResolutionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the failure may pass. For example, the name of a container appears when it starts.</summary>
    public bool MayPass => InnerException is SocketException or TimeoutException;

    /// <summary>Whether no name server answered, as without a network. The name may still exist.</summary>
    public bool IsUnanswered => InnerException is TimeoutException or SocketException { SocketErrorCode: SocketError.TryAgain };
}

/// <summary>Turns the user's text into addresses.</summary>
public static class Resolver
{
    /// <summary>The most addresses taken from one name. A session tries no more, and the name server is not trusted.</summary>
    public const int MaxAddresses = 16;

    /// <summary>
    /// The addresses of a host, at most <see cref="MaxAddresses"/>, without duplicates. IPv4 and IPv6 alternate. Addresses of a name that
    /// do not belong to a single host are left out if there are others, because the name server is not trusted.
    /// </summary>
    /// <param name="host">An IPv4 or IPv6 literal (with <c>%scope</c> where it is link-local), which costs no look-up, or a name.</param>
    /// <param name="families">Which families are wanted.</param>
    /// <param name="timeout">The longest time of a look-up.</param>
    /// <param name="cancellation">Ends a look-up at once.</param>
    /// <param name="leftOut">Receives the reason why an address is left out; null for none.</param>
    /// <exception cref="NameResolutionException">No such name, no address of the wanted family, no answer in time, or no address at
    /// all.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static IReadOnlyList<HostAddress> Resolve(
        string host, AddressFamilies families, TimeSpan timeout, CancellationToken cancellation, Action<string>? leftOut = null)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal)) { return [RequireFamily(ParseLiteral(host, literal), families)]; }

        RequireName(host);
        IPAddress[] found = LookUp(host, timeout, cancellation);
        List<HostAddress> wanted = [.. found.Select(HostAddress.FromIPAddress).Distinct().Where(address => IsWanted(address, families))];
        return wanted.Count > 0
            ? Interleave(SingleHosts(wanted, leftOut))
            : throw new NameResolutionException($"{host} has no {Name(families)} address");
    }

    /// <summary>
    /// The addresses that belong to a single host. If there are none, all addresses, so that the caller can report the fault.
    /// </summary>
    internal static IReadOnlyList<HostAddress> SingleHosts(IReadOnlyList<HostAddress> addresses, Action<string>? leftOut)
    {
        HostAddress[] usable = [.. addresses.Where(address => RemoteRules.Objection(address) is null)];
        if (usable.Length == 0) { return addresses; }

        foreach (HostAddress address in addresses)
        {
            if (RemoteRules.Objection(address) is { } objection) { leftOut?.Invoke($"{objection}: left out"); }
        }

        return usable;
    }

    /// <summary>
    /// Alternates between the families, beginning with the family of the first address, which the system prefers (RFC 8305 §4).
    /// </summary>
    internal static IReadOnlyList<HostAddress> Interleave(IReadOnlyList<HostAddress> addresses)
    {
        HostAddress[] first = [.. addresses.Where(address => address.IsV6 == addresses[0].IsV6)];
        HostAddress[] second = [.. addresses.Where(address => address.IsV6 != addresses[0].IsV6)];
        IEnumerable<HostAddress> turns = Enumerable.Range(0, addresses.Count)
            .SelectMany(i => first.Skip(i).Take(1).Concat(second.Skip(i).Take(1)));
        return [.. turns.Take(MaxAddresses)];
    }

    // The platform reads "5" as 0.0.0.5, "10.1" as 10.0.0.1 and "010.0.0.1" as 8.0.0.1. Users who type these today mean something else.
    private static HostAddress ParseLiteral(string host, IPAddress literal)
    {
        int percent = host.IndexOf('%', StringComparison.Ordinal);
        if (percent >= 0 && literal.ScopeId == 0)
        {
            throw new NameResolutionException($"there is no interface named {host[(percent + 1)..]}");
        }

        bool isHistoric = literal.AddressFamily == AddressFamily.InterNetwork && literal.ToString() != host;
        return !isHistoric && HostAddress.TryParse(host, out HostAddress address) ? address : throw NeitherNameNorAddress(host);
    }

    private static void RequireName(string host)
    {
        // For the platform, the empty name is this machine.
        if (string.IsNullOrWhiteSpace(host)) { throw new NameResolutionException($"'{host}' is not a name"); }

        // No top-level domain is a number (RFC 3696 §2). So this is a mistyped IPv4 address, and needs no look-up.
        ReadOnlySpan<char> name = host.AsSpan().TrimEnd('.');
        ReadOnlySpan<char> last = name[(name.LastIndexOf('.') + 1)..];
        if (!last.ContainsAnyExceptInRange('0', '9')) { throw NeitherNameNorAddress(host); }
    }

    private static NameResolutionException NeitherNameNorAddress(string host) =>
        new($"'{host}' is neither a name nor an address (an IPv4 address has four decimal numbers)");

    private static HostAddress RequireFamily(HostAddress address, AddressFamilies families) =>
        IsWanted(address, families) ? address : throw new NameResolutionException($"{address} is not an {Name(families)} address");

    private static bool IsWanted(HostAddress address, AddressFamilies families) =>
        families == AddressFamilies.Any || address.IsV6 == (families == AddressFamilies.V6);

    private static string Name(AddressFamilies families) => families switch
    {
        AddressFamilies.Any => "usable",
        AddressFamilies.V4 => "IPv4",
        AddressFamilies.V6 => "IPv6",
        _ => throw new UnreachableException(),
    };

    // All families are asked for, to distinguish "no IPv6 address" from "no such name".
    private static IPAddress[] LookUp(string host, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            return Dns.GetHostAddressesAsync(host, cancellation).WaitAsync(timeout, cancellation).GetAwaiter().GetResult();
        }
        catch (SocketException e)
        {
            throw new NameResolutionException(Text(host, e.SocketErrorCode), e);
        }
        catch (TimeoutException e)
        {
            throw new NameResolutionException(Text(host, SocketError.TryAgain), e);
        }
        catch (ArgumentException e)
        {
            // The name is too long, or has characters that no name can have.
            throw new NameResolutionException($"'{host}' is not a name", e);
        }
    }

    private static string Text(string host, SocketError error) => error switch
    {
        SocketError.HostNotFound => $"there is no host named {host}",
        SocketError.NoData => $"{host} has no address",
        SocketError.TryAgain => $"no name server answered for {host}",
        _ => $"cannot look up {host}: {new SocketException((int)error).Message}",
    };
}
