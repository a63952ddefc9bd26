using Punch.Net;
using Punch.Net.Addresses;
using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>Waits at the start for what may come: a name, a network, an address.</summary>
/// <param name="deadline">When the session ends at the latest, counted from the clock's origin; null for never.</param>
/// <param name="endless">Whether it waits without a deadline, as a meeting does for its peer; otherwise it does not wait then.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="advise">Hears once what is waited for.</param>
/// <param name="stop">Gives up.</param>
internal sealed class StartPatience(
    TimeSpan? deadline, bool endless, MonotonicClock clock, Action<string> advise, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private string? _advised;

    /// <summary>Whether it waits without a deadline.</summary>
    public bool IsEndless => endless && deadline is null;

    /// <summary>Waits a moment for something; false when time is up, or there was none.</summary>
    /// <param name="reason">What is missing, to be told once.</param>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public bool TryWait(string reason)
    {
        if (!IsEndless && !(clock.Now + Pause < Instant.Zero + deadline)) { return false; }

        if (_advised != reason) { advise($"{reason} yet; waiting"); }

        _advised = reason;
        stop.WaitHandle.WaitOne(Pause);
        stop.ThrowIfCancellationRequested();
        return true;
    }

    /// <summary>
    /// Binds, and waits where an address is not there yet, as an interface that comes up or an IPv6 address that is still checked.
    /// </summary>
    /// <exception cref="LocalNetworkException">It cannot be done in time.</exception>
    public IReadOnlyList<T> Bind<T>(Func<IReadOnlyList<T>> bind)
    {
        while (true)
        {
            try
            {
                return bind();
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.NoSuchAddress)
            {
                // Without a deadline a misspelt address would be waited for without end.
                // No filter may wait: it would swallow the word to stop.
                if (IsEndless || !TryWait(e.Message)) { throw; }
            }
        }
    }

    /// <summary>Waits until there is a way to one of them, or time is up: then the first send tells what is wrong.</summary>
    public void AwaitRoute(IReadOnlyList<TransportAddress> remotes)
    {
        while (remotes.All(LocalRoute.IsMissing) && TryWait($"no route to {remotes[0].Host}"))
        {
            // Looked at again.
        }
    }
}
