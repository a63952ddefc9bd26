using Punch.Net;
using Punch.Net.Resolving;
using Punch.Net.Sockets;

namespace Punch.Cli;

/// <summary>Runs code that needs sockets. It closes them at the end, and turns local network errors into a result.</summary>
internal static class SocketRun
{
    /// <summary>Runs the code.</summary>
    /// <typeparam name="TEnd">The type of the result.</typeparam>
    /// <param name="run">Binds sockets into the list, and uses them.</param>
    /// <param name="endEarly">Makes the result of a failure; null stands for an interruption.</param>
    public static TEnd Perform<TEnd>(Func<List<UdpSocket>, TEnd> run, Func<Failure?, TEnd> endEarly)
    {
        var sockets = new List<UdpSocket>(2);
        try
        {
            return run(sockets);
        }
        catch (FailureException e)
        {
            return endEarly(e.Failure);
        }
        catch (NameResolutionException e)
        {
            return endEarly(Unresolved(e, "check the spelling, or give the address itself"));
        }
        catch (LocalNetworkException e)
        {
            return endEarly(LocalRefusal.Explain(e));
        }
        catch (OperationCanceledException)
        {
            return endEarly(null);
        }
        finally
        {
            foreach (UdpSocket socket in sockets) { socket.Dispose(); }
        }
    }

    /// <summary>The failure for a name without an address.</summary>
    public static Failure Unresolved(NameResolutionException e, string hint) =>
        new(ExitCode.Usage, "unresolved", e.Message) { Hint = hint };
}
