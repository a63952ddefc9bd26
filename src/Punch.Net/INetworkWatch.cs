using Punch.Protocol;

namespace Punch.Net;

/// <summary>Watches a part of the environment and makes notices of its changes. The loop's thread calls it, so it never blocks.</summary>
public interface INetworkWatch
{
    /// <summary>When it must be called next; null for never.</summary>
    Instant? Next { get; }

    /// <summary>Looks for a change, if it is time to.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="notice">The notice of the change.</param>
    /// <returns>Whether there is a change.</returns>
    bool TryNotice(Instant now, out NetworkNotice notice);
}
