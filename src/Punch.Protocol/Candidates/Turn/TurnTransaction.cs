using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Turn;

/// <summary>
/// A request to the server, until its reply. Over UDP it is sent again and again (RFC 8489 §6.2.1), over a stream once (§6.2.2).
/// </summary>
internal sealed class TurnTransaction
{
    /// <summary>Challenges that are answered in a row, before the server counts as one that always asks for more.</summary>
    private const int MaxChallenges = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StreamPatience = TimeSpan.FromSeconds(10);

    private bool _isStream;
    private bool _isDue;
    private int _maxSends;
    private int _sent;
    private int _challenges;
    private Instant _next;

    /// <summary>Whether a reply is waited for.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Ties the reply to the request.</summary>
    public TransactionId Id { get; private set; }

    /// <summary>When <see cref="Timeout"/> has something to do; null for never.</summary>
    public Instant? Next => IsOpen ? _next : null;

    /// <summary>Begins with a new request.</summary>
    /// <param name="id">96 random bits.</param>
    /// <param name="isStream">Whether a stream carries it, which loses nothing.</param>
    /// <param name="maxSends">How often it is sent at most: each pause is twice the one before.</param>
    /// <param name="now">When.</param>
    public void Begin(TransactionId id, bool isStream, int maxSends, Instant now)
    {
        _challenges = 0;
        _isStream = isStream;
        _maxSends = isStream ? 1 : maxSends;
        Restart(id, now);
    }

    /// <summary>Sends it again at once, signed otherwise; false if the server asks for that too often.</summary>
    public bool TryAnswer(TransactionId id, Instant now)
    {
        if (_challenges++ >= MaxChallenges) { return false; }

        Restart(id, now);
        return true;
    }

    /// <summary>Whether a message is its reply.</summary>
    public bool Matches(TransactionId id) => IsOpen && Id == id;

    /// <summary>Ends it.</summary>
    public void End() => IsOpen = _isDue = false;

    /// <summary>Takes the wish to send it, once for each time.</summary>
    public bool TakeSend()
    {
        bool isDue = _isDue;
        _isDue = false;
        return isDue;
    }

    /// <summary>Does what is due. Returns whether it ended without a reply.</summary>
    public bool Timeout(Instant now)
    {
        if (!IsOpen || now < _next) { return false; }

        if (_sent < _maxSends)
        {
            Send(now);
            return false;
        }

        End();
        return true;
    }

    private void Restart(TransactionId id, Instant now)
    {
        Id = id;
        IsOpen = true;
        _sent = 0;
        Send(now);
    }

    private void Send(Instant now)
    {
        _isDue = true;
        _next = now + (_isStream ? StreamPatience : FirstPause * (1 << _sent));
        _sent++;
    }
}
