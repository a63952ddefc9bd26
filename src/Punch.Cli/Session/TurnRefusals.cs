using System.Globalization;
using Punch.Protocol.Stun;

namespace Punch.Cli.Session;

/// <summary>Why a TURN server does not relay, in words for people.</summary>
internal static class TurnRefusals
{
    /// <summary>What it does, to be printed after its name.</summary>
    /// <param name="code">The error that it replied with; 0 where it did not reply.</param>
    /// <param name="reason">What was wrong with the connection to it; null where nothing was.</param>
    public static string Text(StunErrorCode code, string? reason = null) => code switch
    {
        default(StunErrorCode) => reason is null ? "does not answer" : $"cannot be reached: {reason}",
        StunErrorCode.Unauthenticated or StunErrorCode.WrongCredentials => Refuses(code, "wrong user name or password"),
        StunErrorCode.Forbidden => Refuses(code, "it forbids this user or network to relay"),
        StunErrorCode.AllocationQuotaReached => Refuses(code, "this user has used up its share"),
        StunErrorCode.InsufficientCapacity => Refuses(code, "it has no room"),
        StunErrorCode.TryAlternate => Refuses(code, "it sends on to another server, which is not followed"),
        _ => Refuses(code, code.Reason() is { Length: > 0 } phrase ? phrase : "no reason is known"),
    };

    private static string Refuses(StunErrorCode code, string why) =>
        string.Create(CultureInfo.InvariantCulture, $"refuses: {why} (error {(int)code})");
}
