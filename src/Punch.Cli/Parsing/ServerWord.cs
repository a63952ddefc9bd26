namespace Punch.Cli.Parsing;

/// <summary>A server on the command line: host or host:port, or a <c>stun:</c> URI of RFC 7064.</summary>
internal static class ServerWord
{
    /// <summary>The port of STUN: RFC 8489 §18.6.</summary>
    public const ushort StunPort = 3478;

    private const string Stun = "stun:";

    /// <summary>Reads a server.</summary>
    /// <exception cref="FailureException">The text is not a server, or a kind of server that punch does not support.</exception>
    public static RemoteTarget Parse(string text)
    {
        RefuseOtherKinds(text);
        if (!text.StartsWith(Stun, StringComparison.OrdinalIgnoreCase)) { return RemoteTarget.Parse(text); }

        string rest = text[Stun.Length..];
        return RemoteTarget.Parse(rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest);
    }

    /// <summary>Refuses a server with a password in it. Not even the message has it.</summary>
    /// <exception cref="FailureException">There is one.</exception>
    public static void RefusePassword(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
        {
            throw Refuse(
                "a server is named without a password: other users of this machine can see a command line",
                $"put the password into {PasswordPlace.Variable}, or into a file for --server-password-file");
        }
    }

    private static void RefuseOtherKinds(string text)
    {
        RefusePassword(text);
        if (IsOf(text, "stuns:"))
        {
            const string Hint = "most servers answer plain STUN, too: host or host:port";
            throw Refuse($"'{text}' is STUN over TLS, which punch does not speak", Hint);
        }

        if (IsOf(text, "turn:") || IsOf(text, "turns:"))
        {
            const string Hint = "name a STUN server or a 'punch serve'; 'punch meet' takes a TURN server with --turn";
            throw Refuse("a TURN server introduces nobody and tests no NAT", Hint);
        }
    }

    private static bool IsOf(string text, string scheme) => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
