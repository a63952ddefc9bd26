namespace Punch.Protocol.Forwarding;

/// <summary>A place that the peer may have this side connect to, or listen at.</summary>
/// <param name="Host">A name or an address; null for any.</param>
/// <param name="Port">The port; null for any.</param>
/// <param name="IsUdp">Whether it is for datagrams, and not for connections.</param>
/// <param name="Address">The address, if the host is one.</param>
public sealed record AllowRule(string? Host, int? Port, bool IsUdp, HostAddress? Address)
{
    private const string Localhost = "localhost";

    /// <summary>Whether it allows a place by the name that was asked for.</summary>
    public bool Allows(string host, int port, bool isUdp) =>
        Fits(port, isUdp) && (Host is null || string.Equals(Host, host, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether it allows an address that a name stands for.</summary>
    public bool Allows(in HostAddress address, int port, bool isUdp) =>
        Fits(port, isUdp) && (Host is null || Address == address || (address.IsLoopback && IsLocalhost));

    private bool IsLocalhost => string.Equals(Host, Localhost, StringComparison.OrdinalIgnoreCase);

    private bool Fits(int port, bool isUdp) => isUdp == IsUdp && (Port is null || Port == port);
}
