using Punch.Protocol.Stun;

namespace Punch.Serving.Limits;

/// <summary>What keys are for: all are made from a server's one secret.</summary>
internal enum KeyPurpose
{
    /// <summary>To make return addresses that nobody can forge.</summary>
    ReturnCookie,

    /// <summary>To name notices.</summary>
    NoticeId,

    /// <summary>To spread addresses over the limiter of joins that prove theirs.</summary>
    JoinLimit,

    /// <summary>To spread networks over the limiter of answers.</summary>
    AnswerLimit,

    /// <summary>To spread networks over the limiter of refusals.</summary>
    RefusalLimit,

    /// <summary>To find rooms by their names.</summary>
    RoomHash,

    /// <summary>To make tickets that nobody can forge.</summary>
    SeatTicket,

    /// <summary>To spread networks over the limiter of joins that prove their address.</summary>
    NetworkJoinLimit,

    /// <summary>To spread networks over the limiter of joins that do not.</summary>
    UnprovenJoinLimit,

    /// <summary>To find what a network holds.</summary>
    NetworkShare,

    /// <summary>To find relayed sessions by the names of their rooms.</summary>
    RelayRoomHash,

    /// <summary>To find the legs of relayed sessions by their addresses.</summary>
    RelayAddressHash,

    /// <summary>To find what a network holds of the relay.</summary>
    RelayShare,
}

/// <summary>Makes a key of two words for each purpose.</summary>
internal readonly struct KeySource(ulong key0, ulong key1)
{
    private readonly SipHash _secret = new(key0, key1);

    public (ulong First, ulong Second) For(KeyPurpose purpose) => (_secret.Of((ulong)purpose, 0), _secret.Of((ulong)purpose, 1));
}
