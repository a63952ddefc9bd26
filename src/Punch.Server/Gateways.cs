using System.Net.NetworkInformation;
using Punch.Protocol;

namespace Punch.Server;

/// <summary>The routers that this machine knows.</summary>
internal static class Gateways
{
    /// <summary>The addresses of the gateways; empty if the system does not report them.</summary>
    public static IReadOnlyCollection<HostAddress> Known()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(each => each.GetIPProperties().GatewayAddresses)
                    .Select(each => HostAddress.FromIPAddress(each.Address))
                    .Where(each => !each.IsAny),
            ];
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            return [];
        }
    }
}
