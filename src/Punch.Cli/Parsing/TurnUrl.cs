using System.Text;
using Punch.Protocol.Turn;

namespace Punch.Cli.Parsing;

/// <summary>
/// A TURN server on the command line, as in RFC 7065: <c>turn:[user@]host[:port][?transport=udp|tcp]</c>, or <c>turns:</c>.
/// </summary>
/// <param name="Server">The host, with the port if one was typed.</param>
/// <param name="Way">How to reach it.</param>
/// <param name="User">The user name; null if none was typed.</param>
internal sealed record TurnUrl(RemoteTarget Server, TurnWay Way, string? User)
{
    private const string Plain = "turn:";
    private const string Secure = "turns:";
    private const string Form = "turn:[user@]host[:port][?transport=udp|tcp], or turns: for TLS";

    /// <summary>What people call the server: without the user.</summary>
    public string Name
    {
        get
        {
            string host = Server.Literal is { IsV6: true } ? $"[{Server.Host}]" : Server.Host;
            string port = Server.Port is { } typed ? $":{typed}" : "";
            return $"{(Way == TurnWay.Tls ? Secure : Plain)}{host}{port}";
        }
    }

    /// <summary>The port to use: RFC 7065 §3.</summary>
    public ushort Port => Server.Port ?? (Way == TurnWay.Tls ? (ushort)5349 : (ushort)3478);

    /// <summary>Reads it.</summary>
    /// <exception cref="FailureException">The text is no such URL, or has a password. A password is not repeated.</exception>
    public static TurnUrl Parse(string text)
    {
        bool isSecure = text.StartsWith(Secure, StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !text.StartsWith(Plain, StringComparison.OrdinalIgnoreCase)) { throw RefuseScheme(text); }

        string rest = text[(isSecure ? Secure : Plain).Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal)) { rest = rest[2..]; }

        int at = rest.LastIndexOf('@');
        string? user = at < 0 ? null : rest[..at];
        if (user?.Contains(':', StringComparison.Ordinal) == true) { throw RefusePassword(); }

        string place = rest[(at + 1)..];
        int question = place.IndexOf('?', StringComparison.Ordinal);
        string host = question < 0 ? place : place[..question];
        TurnWay way = Transport(isSecure, question < 0 ? "" : place[(question + 1)..]);
        return new TurnUrl(RemoteTarget.Parse(host), way, user is null ? null : CheckUser(Uri.UnescapeDataString(user), "the TURN URL"));
    }

    /// <summary>A user name that a request can hold.</summary>
    /// <exception cref="FailureException">It is empty, too long or has control characters.</exception>
    public static string CheckUser(string user, string place)
    {
        bool isUsable = user.Length > 0 && Encoding.UTF8.GetByteCount(user) <= TurnServer.MaxUser && !user.Any(char.IsControl);
        return isUsable ? user : throw Refuse($"the user name in {place} is empty, too long or not printable", Form);
    }

    private static TurnWay Transport(bool isSecure, string query) => query.ToLowerInvariant() switch
    {
        "" => isSecure ? TurnWay.Tls : TurnWay.Any,
        "transport=tcp" => isSecure ? TurnWay.Tls : TurnWay.Tcp,
        "transport=udp" when !isSecure => TurnWay.Udp,
        "transport=udp" => throw Refuse("turns: over UDP is DTLS, which punch does not speak", "leave out ?transport=udp"),
        _ => throw Refuse($"'?{query}' is unknown in a TURN URL", Form),
    };

    private static FailureException RefuseScheme(string text)
    {
        // What has an '@' may have a password before it.
        string shown = text.Contains('@', StringComparison.Ordinal) ? "that" : $"'{text}'";
        return Refuse($"{shown} is not a TURN server", Form);
    }

    private static FailureException RefusePassword() => Refuse(
        "a TURN URL has no password: other users of this machine can see a command line",
        "set PUNCH_TURN_PASSWORD, or use --turn-password-file <file>; write a ':' within a user name as %3A, or set PUNCH_TURN_USER");

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}

/// <summary>How to reach a TURN server.</summary>
internal enum TurnWay
{
    /// <summary>UDP, and TCP where UDP is silent.</summary>
    Any,

    Udp,

    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,
}
