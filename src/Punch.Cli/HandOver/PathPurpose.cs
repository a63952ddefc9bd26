using Punch.Protocol.Channels;

namespace Punch.Cli.HandOver;

/// <summary>
/// What a path is opened for, by <c>--pipe</c> or a command after <c>--</c>: the part that all commands that open one share.
/// </summary>
/// <param name="Use">What it is for.</param>
/// <param name="Command">The command; for <see cref="PathUse.HandOver"/> alone.</param>
internal sealed record PathPurpose(PathUse Use, HandOverCommand? Command)
{
    /// <summary>To know that the path works.</summary>
    public static readonly PathPurpose Messages = new(PathUse.Messages, null);

    /// <summary>To carry standard input and output.</summary>
    public static readonly PathPurpose Data = new(PathUse.Data, null);

    /// <summary>Whether the command gets the bound socket itself.</summary>
    public bool PassesSocket { get; init; }

    /// <summary>Makes sense of the options.</summary>
    /// <param name="isPipe">Whether there was <c>--pipe</c>.</param>
    /// <param name="command">What stood after <c>--</c>; null when there was none.</param>
    /// <param name="passesSocket">Whether the command is to get the bound socket itself.</param>
    /// <param name="misfits">Options that were given and make no sense with either.</param>
    /// <exception cref="FailureException">They exclude each other, or there is no such command.</exception>
    public static PathPurpose Read(bool isPipe, IReadOnlyList<string>? command, bool passesSocket, IEnumerable<string> misfits)
    {
        if (passesSocket && command is null) { throw Refuse("--pass-socket needs a command after '--'"); }

        if (passesSocket && OperatingSystem.IsWindows()) { throw Refuse("--pass-socket needs Linux or another Unix"); }

        if (!isPipe && command is null) { return Messages; }

        if (isPipe && command is not null) { throw Refuse("--pipe and a command after '--' cannot be used together"); }

        if (command is { Count: 0 }) { throw Refuse("no command after '--'"); }

        if (misfits.FirstOrDefault() is { } misfit)
        {
            throw Refuse($"{misfit} cannot be used with {(isPipe ? "--pipe" : "a command after '--'")}");
        }

        if (command is null) { return Data; }

        var handOver = new HandOverCommand(command[0], [.. command.Skip(1)]);
        return handOver.Check() is { } failure ? throw new FailureException(failure) : Handing(handOver, passesSocket);
    }

    private static PathPurpose Handing(HandOverCommand command, bool passesSocket) =>
        new(PathUse.HandOver, command) { PassesSocket = passesSocket };

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
