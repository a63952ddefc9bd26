using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;

namespace Punch.Serving.Rooms;

/// <summary>How a server takes a request by its password.</summary>
internal enum PasswordPass
{
    /// <summary>It goes on.</summary>
    Right,

    /// <summary>401.</summary>
    Wrong,

    /// <summary>No reply: too many wrong ones came from this address.</summary>
    Dropped,
}

/// <summary>
/// Checks the password of requests whose address is proven. An address that has sent many wrong ones gets no reply for a while, be the next
/// one right or wrong: so nobody tries more than one a second.
/// </summary>
/// <param name="password">The password; null to let all through.</param>
/// <param name="key">The key of the limiter.</param>
internal sealed class PasswordDoor(ServerPassword? password, (ulong First, ulong Second) key)
{
    // Only addresses that are proven count, so a small table will do.
    private const int Buckets = 4096;

    private readonly RateLimiter? _guesses = password is null ? null : new RateLimiter(RateLimit.Guess, key, Buckets, perHost: true);

    /// <summary>Whether there is a password.</summary>
    public bool IsClosed => password is not null;

    /// <summary>Decides about one request.</summary>
    public PasswordPass Check(ReadOnlySpan<byte> request, in HostAddress client, Instant now)
    {
        if (password is null) { return PasswordPass.Right; }

        if (!_guesses!.HasToken(client, now)) { return PasswordPass.Dropped; }

        if (password.IsKnownTo(request)) { return PasswordPass.Right; }

        _guesses.TryAcquire(client, now);
        return PasswordPass.Wrong;
    }
}
