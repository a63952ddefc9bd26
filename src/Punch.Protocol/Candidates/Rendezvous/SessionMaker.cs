using Punch.Protocol.Frames;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// Makes the sessions with other parties so that no two of them share keys. Keys follow from one key of each side, so a key of this side
/// serves each key of another party once. When that pair comes again, or there are too many to remember, this side takes a new key, and
/// all sessions of the old one are over. So a server that brings back a party has no counter sealed twice, and no frame taken in again.
/// </summary>
internal sealed class SessionMaker(MeetingKeys keys, OwnKeys mine, PartyId party)
{
    /// <summary>How many keys of others one own key serves.</summary>
    public const int Capacity = 16;

    /// <summary>How many new keys are made at once; an honest server causes none.</summary>
    internal const int RenewalsAtOnce = 4;

    /// <summary>How many new keys are made a second: a thousandth of a processor's time.</summary>
    internal const int RenewalsPerSecond = 2;

    private readonly List<(PartyId Party, ReadOnlyMemory<byte> Key)> _served = new(Capacity);
    private TokenBucket _renewals = new(RenewalsAtOnce, RenewalsPerSecond);

    /// <summary>Begins a session with the key in a party's newest hello.</summary>
    public SessionMaking TryBegin(RemoteParty other, Instant now)
    {
        ReadOnlyMemory<byte> key = other.Hello.PublicKey;
        if (!CurvePoint.IsOnCurve(key.Span)) { return SessionMaking.NoKey; }

        bool isNewKeyNeeded = _served.Count == Capacity || IsServed(other.Id, key.Span);
        if (isNewKeyNeeded)
        {
            if (!_renewals.TrySpend(now)) { return SessionMaking.TooSoon; }

            mine.Renew();
            _served.Clear();
        }

        bool isMade = SealedSession.TryCreate(keys, mine.Current, party, other.Id, key.Span, out SealedSession? session);
        if (!isMade) { return SessionMaking.NoKey; }

        _served.Add((other.Id, key));
        session!.StepsKeys = other.Hello.StepsKeys;
        other.Begin(session);
        return isNewKeyNeeded ? SessionMaking.BegunWithNewKey : SessionMaking.Begun;
    }

    private bool IsServed(PartyId id, ReadOnlySpan<byte> key)
    {
        foreach ((PartyId served, ReadOnlyMemory<byte> its) in _served)
        {
            if (served == id && its.Span.SequenceEqual(key)) { return true; }
        }

        return false;
    }
}

/// <summary>What came of an attempt to begin a session.</summary>
internal enum SessionMaking
{
    /// <summary>It has begun.</summary>
    Begun,

    /// <summary>It has begun with a new key of this side, which the other party has to be told.</summary>
    BegunWithNewKey,

    /// <summary>It needs a new key of this side, and too many were made lately. Nothing changed.</summary>
    TooSoon,

    /// <summary>What the other party named is no key. Nothing changed.</summary>
    NoKey,
}
