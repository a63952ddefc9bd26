using Punch.Cli.Parsing;
using Punch.Cli.Pipe;

namespace Punch.Cli.Options;

/// <summary>What a command line may leave to the environment and to standard input.</summary>
internal sealed record EnvironmentDefaults
{
    /// <summary>Names servers, separated by blanks or commas, where the command line names none.</summary>
    public const string ServerVariable = "PUNCH_SERVER";

    /// <summary>Holds the code where the command line has none: other users of the machine can see a command line.</summary>
    public const string CodeVariable = "PUNCH_CODE";

    /// <summary>Holds the user name for the TURN server where its URL has none.</summary>
    public const string TurnUserVariable = "PUNCH_TURN_USER";

    /// <summary>Holds the password for the TURN server: other users of the machine can see a command line.</summary>
    public const string TurnPasswordVariable = "PUNCH_TURN_PASSWORD";

    /// <summary>Holds the largest datagram of a stream, in bytes, for a network that loses larger ones in its own way.</summary>
    public const string MaxDatagramVariable = "PUNCH_MAX_DATAGRAM";

    /// <summary>The value of <see cref="PasswordPlace.Variable"/>, if it is set.</summary>
    public string? Password { get; init; }

    /// <summary>The value of <see cref="ServerVariable"/>, if it is set.</summary>
    public string? Server { get; init; }

    /// <summary>The value of <see cref="CodeVariable"/>, if it is set.</summary>
    public string? Code { get; init; }

    /// <summary>The value of <see cref="TurnUserVariable"/>, if it is set.</summary>
    public string? TurnUser { get; init; }

    /// <summary>The value of <see cref="TurnPasswordVariable"/>, if it is set.</summary>
    public string? TurnPassword { get; init; }

    /// <summary>The value of <see cref="MaxDatagramVariable"/>, if it is set.</summary>
    public string? MaxDatagram { get; init; }

    /// <summary>Reads the first line of standard input; null at its end.</summary>
    public Func<string?> ReadLine { get; init; } = () => null;

    /// <summary>The words of <see cref="Server"/>.</summary>
    public IReadOnlyList<string> Servers => (Server ?? "").Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Those of this process.</summary>
    public static EnvironmentDefaults OfProcess(Func<IByteSource> openInput) => new()
    {
        Server = Environment.GetEnvironmentVariable(ServerVariable),
        Password = Environment.GetEnvironmentVariable(PasswordPlace.Variable),
        Code = Environment.GetEnvironmentVariable(CodeVariable),
        MaxDatagram = Environment.GetEnvironmentVariable(MaxDatagramVariable),
        TurnUser = Environment.GetEnvironmentVariable(TurnUserVariable),
        TurnPassword = Environment.GetEnvironmentVariable(TurnPasswordVariable),
        ReadLine = () => InputLine.Read(openInput()),
    };
}
