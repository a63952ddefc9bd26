using Punch.Net;
using Punch.Net.Resolving;
using Punch.Net.Sockets;

namespace Punch.Cli.Session;

/// <summary>How a command comes to a session: all that differs between the commands that open a path.</summary>
internal interface IApproach
{
    /// <summary>Resolves names and binds sockets.</summary>
    /// <param name="resolver">Looks names up.</param>
    /// <param name="sockets">Takes the sockets: the caller disposes of them, whatever happens.</param>
    /// <param name="clock">The session's clock.</param>
    /// <exception cref="FailureException">It cannot be done.</exception>
    /// <exception cref="NameResolutionException">A name has no address that is wanted.</exception>
    /// <exception cref="LocalNetworkException">This machine cannot do it, or an address is not that of a single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    SessionPlan Prepare(PatientResolver resolver, List<UdpSocket> sockets, MonotonicClock clock);
}
