namespace Punch.Net.Streams;

/// <summary>Opens a stream in one of two ways: the second begins where the first has failed or takes long.</summary>
public static class DialRace
{
    /// <summary>How long the first way is tried alone: more than a round trip almost everywhere.</summary>
    public static readonly TimeSpan Head = TimeSpan.FromMilliseconds(400);

    /// <summary>Begins the ways, and gives up the one that is not needed.</summary>
    /// <exception cref="StreamException">Neither opened: the reason is that of the second.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<IMessagePipe> Begin(
        Func<CancellationToken, Task<IMessagePipe>> first,
        Func<CancellationToken, Task<IMessagePipe>> second,
        CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<IMessagePipe> one = first(stop.Token);
        await Task.WhenAny(one, Task.Delay(Head, cancellation)).ConfigureAwait(false);
        if (one.IsCompletedSuccessfully) { return await one.ConfigureAwait(false); }

        Task<IMessagePipe> other = second(stop.Token);
        await Task.WhenAny(one, other).ConfigureAwait(false);
        if (!one.IsCompletedSuccessfully && !other.IsCompletedSuccessfully)
        {
            // One has failed. The other one decides.
            Task both = Task.WhenAll(one, other);
            await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        bool isFirst = one.IsCompletedSuccessfully;
        await stop.CancelAsync().ConfigureAwait(false);
        await Drop(isFirst ? other : one).ConfigureAwait(false);
        return await (isFirst ? one : other).ConfigureAwait(false);
    }

    private static async Task Drop(Task<IMessagePipe> unused)
    {
        try
        {
            (await unused.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is StreamException or OperationCanceledException)
        {
            // It was not needed.
        }
    }
}
