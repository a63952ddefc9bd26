using Punch.Protocol;

namespace Punch.Net;

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

/// <summary>A name has no address that could be used. The message is one lower-case line for people, without a full stop.</summary>
public sealed class NameResolutionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Turns what a user typed into addresses.</summary>
public static class Resolver
{
    /// <summary>The most addresses taken from one name: a session tries no more, and a name server is a stranger.</summary>
    public const int MaxAddresses = 16;

    /// <summary>The addresses of a host, the families interleaved, without duplicates, at most <see cref="MaxAddresses"/>.</summary>
    /// <param name="host">An IPv4 or IPv6 literal (with <c>%scope</c> where it is link-local), which costs no look-up, or a name.</param>
    /// <param name="families">Which families count.</param>
    /// <param name="timeout">The longest a look-up may take.</param>
    /// <param name="cancellation">Gives up a look-up at once.</param>
    /// <exception cref="NameResolutionException">No such name, no address of the wanted family, no answer in time, or no address at all.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static IReadOnlyList<HostAddress> Resolve(string host, AddressFamilies families, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
