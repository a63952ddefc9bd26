using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>
/// Looks a name up. With a deadline it gives the name until then to appear: containers that start together learn each other's names one
/// after the other.
/// </summary>
/// <param name="patience">How long it waits.</param>
/// <param name="leftOut">Hears why an address of a name is left out; null for nobody.</param>
/// <param name="stop">Gives up.</param>
internal sealed class PatientResolver(StartPatience patience, Action<string>? leftOut, CancellationToken stop)
{
    /// <summary>Two rounds of the usual resolver's 5 s, and a bit.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(12);

    /// <summary>Told to stop.</summary>
    public CancellationToken Stop => stop;

    /// <summary>How long the start may wait for what is not there yet.</summary>
    public StartPatience Patience => patience;

    /// <summary>The addresses of a host, each of a single host.</summary>
    /// <param name="remote">The host, as it was typed.</param>
    /// <param name="families">The families that are wanted.</param>
    /// <exception cref="NameResolutionException">It has none that is wanted.</exception>
    /// <exception cref="LocalNetworkException">None of them names a single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public IReadOnlyList<HostAddress> Resolve(RemoteTarget remote, AddressFamilies families)
    {
        IReadOnlyList<HostAddress> hosts = remote.Literal is { } literal ? [literal] : LookUp(remote.Host, families);
        RemoteRules.RequireUnicast(hosts[0]);
        return hosts;
    }

    private IReadOnlyList<HostAddress> LookUp(string host, AddressFamilies families)
    {
        while (true)
        {
            try
            {
                return Resolver.Resolve(host, families, Timeout, stop, leftOut);
            }
            catch (NameResolutionException e) when (MayAppear(e) && patience.TryWait(e.Message))
            {
                // Looked up again.
            }
        }
    }

    // Without a deadline a misspelt name would be waited for without end.
    private bool MayAppear(NameResolutionException e) => patience.IsEndless ? e.IsUnanswered : e.MayPass;
}
