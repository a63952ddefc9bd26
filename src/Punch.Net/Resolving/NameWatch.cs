using Punch.Protocol;

namespace Punch.Net.Resolving;

/// <summary>
/// Looks a name up again while that is wanted, on another thread, at most once a minute. A silent server may have moved to another address.
/// </summary>
/// <param name="known">The addresses that are known already.</param>
/// <param name="lookUp">Looks the name up; an empty list means a failure. Called on another thread.</param>
public sealed class NameWatch(IReadOnlyList<TransportAddress> known, Func<IReadOnlyList<TransportAddress>> lookUp) : INetworkWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<TransportAddress> _known = known;
    private Task<IReadOnlyList<TransportAddress>>? _running;
    private bool _isWanted;
    private Instant _due;
    private Instant _poll;

    /// <inheritdoc/>
    public Instant? Next => _running is not null ? _poll : _isWanted ? _due : null;

    /// <summary>Sets whether the name should be looked up again.</summary>
    public void Want(bool isWanted) => _isWanted = isWanted;

    /// <inheritdoc/>
    public bool TryNotice(Instant now, out NetworkNotice notice)
    {
        notice = default;
        if (_running is null)
        {
            if (_isWanted && now >= _due) { Begin(now); }

            return false;
        }

        _poll = now + Poll;
        if (!_running.IsCompleted) { return false; }

        IReadOnlyList<TransportAddress> found = _running.Result;
        _running = null;
        if (found.Count == 0 || found.SequenceEqual(_known)) { return false; }

        _known = found;
        notice = NetworkNotice.ServersChanged(found);
        return true;
    }

    private void Begin(Instant now)
    {
        _due = now + Pause;
        _poll = now + Poll;
        _running = Task.Run(lookUp);
    }
}
