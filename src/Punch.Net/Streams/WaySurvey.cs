using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Net.Streams;

/// <summary>Asks a server over each way to it, for a network that drops UDP.</summary>
public static class WaySurvey
{
    /// <summary>How long a server may take to reply once a stream is open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Tries all ways at once.</summary>
    /// <param name="ways">The ways. Those over UDP are left out.</param>
    /// <param name="dialer">Opens their streams.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<IReadOnlyList<WayFinding>> Run(
        IEnumerable<TransportAddress> ways, ServerDialer dialer, CancellationToken stop) =>
        await Task.WhenAll(ways.Where(way => way.IsStream).Select(way => Try(way, dialer, stop))).ConfigureAwait(false);

    private static async Task<WayFinding> Try(TransportAddress way, ServerDialer dialer, CancellationToken stop)
    {
        try
        {
            var request = new StreamRequest { Action = StreamAction.Open, Remote = way };
            using IMessagePipe pipe = await dialer.Dial(request, stop).ConfigureAwait(false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await TcpSurvey.Ask(pipe, way, limit.Token).ConfigureAwait(false);
            return new WayFinding(way, Failure: null);
        }
        catch (StreamException e)
        {
            return new WayFinding(way, e.Message);
        }
        catch (OperationCanceledException)
        {
            return new WayFinding(way, "no reply");
        }
    }
}
