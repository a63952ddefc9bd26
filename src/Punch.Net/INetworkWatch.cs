using Punch.Protocol;

namespace Punch.Net;

/// <summary>Looks at something that a machine hears of when it changes. Asked on the loop's thread, so it never blocks.</summary>
public interface INetworkWatch
{
    /// <summary>When it wants to look next; null for not at all.</summary>
    Instant? Next { get; }

    /// <summary>Looks, if it is time to.</summary>
    /// <param name="now">Now.</param>
    /// <param name="notice">What has changed.</param>
    /// <returns>Whether something has.</returns>
    bool TryNotice(Instant now, out NetworkNotice notice);
}
