namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>How long a client waits between its joins.</summary>
internal static class JoinPauses
{
    /// <summary>Before an unanswered join is repeated, while the server counts as silent.</summary>
    public static readonly TimeSpan WhenSilent = TimeSpan.FromSeconds(2);

    /// <summary>The same where another server replies, and this one never did.</summary>
    public static readonly TimeSpan WhenNeedless = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After a refusal, or a reply that the seat is elsewhere. It may be about to be given up, by a process of the same person's that has
    /// just ended.
    /// </summary>
    public static readonly TimeSpan WhenRefused = TimeSpan.FromMilliseconds(500);

    /// <summary>Until a seat is refreshed: a quarter of the time that the server keeps it, so that three joins may be lost.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(15);

    /// <summary>The same with an open path. The seat is only for the day that the path fails, and then a join makes a new one.</summary>
    public static readonly TimeSpan RefreshWithPath = TimeSpan.FromSeconds(30);

    /// <summary>How much sooner or later a seat is refreshed.</summary>
    public static readonly TimeSpan RefreshSpread = TimeSpan.FromSeconds(3);

    // A person waits: far quicker than RFC 8489 §6.2.1 at first. The last pause is repeated.
    private static readonly TimeSpan[] Repeats = [.. new[] { 100, 200, 400, 800, 1000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    // The peer may have lost the word about us, or we the one about it: asked again while a punch is under way.
    private static readonly TimeSpan[] Seeking = [.. new[] { 250, 500, 1000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>Before an unanswered join is repeated.</summary>
    /// <param name="sent">How often it was sent before, from 0.</param>
    public static TimeSpan At(int sent) => Repeats[Math.Min(sent, Repeats.Length - 1)];

    /// <summary>While the peer is sought.</summary>
    /// <param name="asked">How often it was sought since then, from 0.</param>
    public static TimeSpan WhileSeeking(int asked) => Seeking[Math.Min(asked, Seeking.Length - 1)];
}
