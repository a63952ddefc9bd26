using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>Counts the refusals of a server in a row, to tell one that lasts from one that may be over in a moment.</summary>
internal struct RefusalCount
{
    /// <summary>Challenges in a row after which they are refusals: no right nonce satisfies that server.</summary>
    private const int PatientStales = 5;

    /// <summary>Refusals in a row that make one.</summary>
    private const int FirmRefusals = 3;

    /// <summary>The same where both seats are taken: the server asks whether those in them are there, and that takes two seconds.</summary>
    private const int FirmCrowds = 7;

    private int _refusals;
    private int _stales;

    /// <summary>Takes in the error of a reply; null where there was none.</summary>
    public RefusalKind Take(StunErrorCode? error)
    {
        _stales = error == StunErrorCode.StaleNonce ? _stales + 1 : 0;
        if (error is null || (error == StunErrorCode.StaleNonce && _stales <= PatientStales))
        {
            _refusals = 0;
            return RefusalKind.None;
        }

        int firm = error == StunErrorCode.Forbidden ? FirmCrowds : FirmRefusals;
        _refusals = Math.Min(_refusals + 1, firm);
        return _refusals < firm ? RefusalKind.Passing : RefusalKind.Firm;
    }
}

/// <summary>What a reply says of being refused.</summary>
internal enum RefusalKind
{
    /// <summary>Nothing: it is granted, or a challenge.</summary>
    None,

    /// <summary>It is refused, which may be over in a moment.</summary>
    Passing,

    /// <summary>It is refused again and again.</summary>
    Firm,
}
