using System.Net.Sockets;
using Punch.Net;

namespace Punch.Cli;

/// <summary>Explains local network errors: messages, exit codes and codes for scripts.</summary>
internal static class LocalRefusal
{
    /// <summary>The failure for an exception of the network layer.</summary>
    public static Failure Explain(LocalNetworkException e) => new(ExitOf(e.Error), CodeOf(e.Error), e.Message) { Hint = HintFor(e.Error) };

    /// <summary>Whether a send that failed with this error would fail again.</summary>
    public static bool WillNotPass(SocketError error) => error
        is SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.AccessDenied or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;

    private static ExitCode ExitOf(LocalNetworkError error) => error == LocalNetworkError.NotUnicast ? ExitCode.Usage : ExitCode.Local;

    private static string CodeOf(LocalNetworkError error) => error switch
    {
        LocalNetworkError.PortTaken => "port_taken",
        LocalNetworkError.NoSuchAddress => "no_such_address",
        LocalNetworkError.NoRoute => "no_route",
        LocalNetworkError.NoPermission => "no_permission",
        LocalNetworkError.FamilyUnavailable => "family_unavailable",
        LocalNetworkError.NotUnicast => "not_unicast",
        LocalNetworkError.TooLarge => "too_large",
        LocalNetworkError.CannotReceive => "cannot_receive",
        _ => "network",
    };

    private static string? HintFor(LocalNetworkError error) => error switch
    {
        LocalNetworkError.PortTaken => "is punch running already? another local port: -p <port>, which the other side must name",
        LocalNetworkError.NoSuchAddress => "-B takes an address of this machine; leave it out to use every one",
        LocalNetworkError.NoRoute => "is this machine connected? 'ip route' shows where it can send to",
        LocalNetworkError.NoPermission =>
            "ports below 1024 need privileges, and a local firewall may forbid sending; -p <port> takes another port",
        LocalNetworkError.FamilyUnavailable => "-4 or -6 chooses the family that this machine has",
        LocalNetworkError.NotUnicast => "name a single host",
        LocalNetworkError.CannotReceive => "a sandbox may forbid it, or memory is short",
        LocalNetworkError.TooLarge => "a smaller -s may pass",
        _ => null,
    };
}
