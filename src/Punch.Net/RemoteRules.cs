using Punch.Protocol;

namespace Punch.Net;

/// <summary>Which addresses may be punched towards: those of a single host.</summary>
public static class RemoteRules
{
    /// <summary>Refuses what names no single host. A pure check, without a look at the interfaces.</summary>
    /// <exception cref="LocalNetworkException">With <see cref="LocalNetworkError.NotUnicast"/>: unspecified, multicast, limited broadcast,
    /// or link-local without saying on which link.</exception>
    public static void RequireUnicast(HostAddress address) => throw new NotImplementedException();

    /// <summary>Whether this is the broadcast address of a subnet of an own interface. Lists the interfaces: ask only after a send was denied.</summary>
    public static bool IsDirectedBroadcast(HostAddress address) => throw new NotImplementedException();
}
