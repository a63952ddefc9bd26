using Punch.Protocol.Stun;

namespace Punch.Serving.Limits;

/// <summary>The purposes of keys. All keys are derived from one secret of the server.</summary>
internal enum KeyPurpose
{
    /// <summary>Makes NONCEs that prove an address and cannot be forged.</summary>
    ReturnCookie,

    /// <summary>Makes the transaction ids of notices.</summary>
    NoticeId,

    /// <summary>Hashes addresses in the limiter of proven joins.</summary>
    JoinLimit,

    /// <summary>Hashes networks in the limiter of replies.</summary>
    AnswerLimit,

    /// <summary>Hashes networks in the limiter of refusals.</summary>
    RefusalLimit,

    /// <summary>Finds rooms by their names.</summary>
    RoomHash,

    /// <summary>Makes tickets that cannot be forged.</summary>
    SeatTicket,

    /// <summary>Hashes networks in the limiter of proven joins.</summary>
    NetworkJoinLimit,

    /// <summary>Hashes networks in the limiter of unproven joins.</summary>
    UnprovenJoinLimit,

    /// <summary>Finds the count of a network.</summary>
    NetworkShare,

    /// <summary>To find relayed sessions by the names of their rooms.</summary>
    RelayRoomHash,

    /// <summary>To find the legs of relayed sessions by their addresses.</summary>
    RelayAddressHash,

    /// <summary>To find what a network holds of the relay.</summary>
    RelayShare,

    /// <summary>Hashes addresses in the limiter of wrong passwords.</summary>
    PasswordGuess,
}

/// <summary>Makes a key of two words for each purpose.</summary>
internal readonly struct KeySource(ulong key0, ulong key1)
{
    private readonly SipHash _secret = new(key0, key1);

    public (ulong First, ulong Second) For(KeyPurpose purpose) => (_secret.Of((ulong)purpose, 0), _secret.Of((ulong)purpose, 1));
}
