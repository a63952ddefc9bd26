using Punch.Net;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>
/// Looks a name up. With a deadline it gives the name some seconds to appear: containers that start together learn each other's names one
/// after the other.
/// </summary>
/// <param name="deadline">When the session ends at the latest, counted from the clock's origin; null for never, and then no name is waited
/// for.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="advise">Is told once that it is waiting.</param>
/// <param name="stop">Gives up.</param>
internal sealed class PatientResolver(TimeSpan? deadline, MonotonicClock clock, Action<string> advise, CancellationToken stop)
{
    /// <summary>Two rounds of the usual resolver's 5 s, and a bit.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The addresses of a host.</summary>
    /// <param name="host">The name, or an address.</param>
    /// <param name="families">The families that are wanted.</param>
    /// <exception cref="NameResolutionException">It has none that is wanted.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public IReadOnlyList<HostAddress> Resolve(string host, AddressFamilies families)
    {
        TimeSpan patience = deadline < Patience ? deadline.Value : Patience;
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return Resolver.Resolve(host, families, Timeout, stop);
            }
            catch (NameResolutionException e) when (e.MayPass && deadline is not null && clock.Now + Pause < Instant.Zero + patience)
            {
                if (isFirst) { advise($"{e.Message} yet; waiting for it to appear"); }

                stop.WaitHandle.WaitOne(Pause);
                stop.ThrowIfCancellationRequested();
            }
        }
    }
}
