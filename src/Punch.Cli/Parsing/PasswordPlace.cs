using Punch.Protocol.Stun;

namespace Punch.Cli.Parsing;

/// <summary>
/// Where the password of a server is: a file, or else a variable of the environment. Other users of the machine see neither. No message
/// has the password.
/// </summary>
internal sealed class PasswordPlace
{
    /// <summary>The variable of the environment.</summary>
    public const string Variable = "PUNCH_SERVER_PASSWORD";

    /// <summary>No place.</summary>
    public static readonly PasswordPlace None = new(null);

    private readonly string? _file;
    private readonly string? _value;

    /// <param name="file">The file whose first line is the password; null for none.</param>
    /// <param name="value">The value of <see cref="Variable"/>, which is used without a file; null or empty for none.</param>
    public PasswordPlace(string? file, string? value = null) => (_file, _value) = (file, string.IsNullOrEmpty(value) ? null : value);

    /// <summary>Whether there is a password.</summary>
    public bool IsNamed => _file is not null || _value is not null;

    private static string Rules => $"it has 1 to {ServerPassword.MaxLength} bytes, and no control characters";

    /// <summary>Reads it; null if there is none.</summary>
    /// <exception cref="FailureException">The file cannot be read, or what is there is no password.</exception>
    public ServerPassword? Read()
    {
        if (!IsNamed) { return null; }

        string text = _file is null ? _value! : PasswordFile.FirstLine(_file);
        if (ServerPassword.TryDerive(text, out ServerPassword? password)) { return password; }

        throw PasswordFile.Refuse(
            _file is null ? $"{Variable} has no password: {Rules}" : $"the first line of '{_file}' is no password: {Rules}");
    }
}
