using System.Text;
using Punch.Protocol.Turn;

namespace Punch.Cli.Parsing;

/// <summary>A TURN server, and the credentials for it.</summary>
/// <param name="Url">The server, as it was typed.</param>
/// <param name="User">The user name.</param>
/// <param name="Password">The password; null to read it from a file.</param>
/// <param name="File">The file whose first line is the password; null for none.</param>
internal sealed record TurnChoice(TurnUrl Url, string User, string? Password, string? File)
{
    /// <summary>Puts together what the command line and the environment say.</summary>
    /// <param name="url">The server.</param>
    /// <param name="passwordFile">The file whose first line is the password; null for none.</param>
    /// <param name="user">The user of the environment; null for none.</param>
    /// <param name="password">The password of the environment; null for none.</param>
    /// <exception cref="FailureException">Something is missing.</exception>
    public static TurnChoice Read(string url, string? passwordFile, string? user, string? password)
    {
        TurnUrl server = TurnUrl.Parse(url);
        string? name = server.User ?? (string.IsNullOrEmpty(user) ? null : TurnUrl.CheckUser(user, "PUNCH_TURN_USER"));
        if (name is null) { throw Refuse("no user name for the TURN server", "turn:<user>@<host>, or set PUNCH_TURN_USER"); }

        return passwordFile is null && string.IsNullOrEmpty(password)
            ? throw NoPassword()
            : new TurnChoice(server, name, passwordFile is null ? password : null, passwordFile);
    }

    /// <summary>The password in UTF-8.</summary>
    /// <exception cref="FailureException">The file cannot be read, or the password is too long or empty.</exception>
    public byte[] ReadPassword()
    {
        byte[] secret = Encoding.UTF8.GetBytes(File is null ? Password! : PasswordFile.FirstLine(File));
        if (secret.Length == 0) { throw NoPassword(); }

        return secret.Length <= TurnServer.MaxPassword
            ? secret
            : throw Refuse("the password for the TURN server is too long", $"at most {TurnServer.MaxPassword} bytes are possible");
    }

    /// <inheritdoc/>
    public override string ToString() => Url.Name;

    private static FailureException NoPassword() =>
        Refuse("no password for the TURN server", "set PUNCH_TURN_PASSWORD, or use --turn-password-file <file>");

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
