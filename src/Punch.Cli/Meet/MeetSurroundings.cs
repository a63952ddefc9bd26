using Punch.Cli.Pipe;

namespace Punch.Cli.Meet;

/// <summary>What a command line may leave to its surroundings.</summary>
internal sealed record MeetSurroundings
{
    /// <summary>Names the server where the command line names none.</summary>
    public const string ServerVariable = "PUNCH_SERVER";

    /// <summary>Holds the code where the command line has none: a command line is seen by everybody on the machine.</summary>
    public const string CodeVariable = "PUNCH_CODE";

    /// <summary>The value of <see cref="ServerVariable"/>, if it is set.</summary>
    public string? Server { get; init; }

    /// <summary>The value of <see cref="CodeVariable"/>, if it is set.</summary>
    public string? Code { get; init; }

    /// <summary>Reads the first line of standard input; null at its end.</summary>
    public Func<string?> ReadLine { get; init; } = () => null;

    /// <summary>Those of this process.</summary>
    public static MeetSurroundings OfProcess(Func<IByteSource> openInput) => new()
    {
        Server = Environment.GetEnvironmentVariable(ServerVariable),
        Code = Environment.GetEnvironmentVariable(CodeVariable),
        ReadLine = () => InputLine.Read(openInput()),
    };
}
