using Punch.Cli.Forwards;
using Punch.Protocol.Channels;
using Punch.Protocol.Streams;

namespace Punch.Cli.HandOver;

/// <summary>
/// The purpose of a path, from <c>--pipe</c> or a command after <c>--</c>. All commands that open a path share this part.
/// </summary>
/// <param name="Use">The use of the path.</param>
/// <param name="Command">The command; only for <see cref="PathUse.HandOver"/>.</param>
internal sealed record PathPurpose(PathUse Use, HandOverCommand? Command)
{
    /// <summary>To know that the path works.</summary>
    public static readonly PathPurpose Messages = new(PathUse.Messages, null);

    /// <summary>To carry standard input and output in datagrams.</summary>
    public static readonly PathPurpose Data = new(PathUse.Data, null);

    /// <summary>To carry standard input and output as a reliable stream.</summary>
    public static readonly PathPurpose Pipe = new(PathUse.Streams, null) { Streams = StreamUse.Pipe };

    /// <summary>What to copy, with <see cref="StreamUse.Send"/> and <see cref="StreamUse.Receive"/>; null otherwise.</summary>
    public CopyRequest? Copy { get; init; }

    /// <summary>Whether data goes over the path, and messages only beside it.</summary>
    public bool CarriesData => Use is PathUse.Data or PathUse.Streams;

    /// <summary>Whether standard input and output go over the path.</summary>
    public bool IsPipe => Use == PathUse.Data || Streams == StreamUse.Pipe || Forwards is { Stdio: not null };

    /// <summary>The forwards; null for none.</summary>
    public ForwardPlan? Forwards { get; init; }

    /// <summary>To carry the connections of forwards.</summary>
    public static PathPurpose Forward(ForwardPlan plan) =>
        new(PathUse.Streams, null) { Streams = StreamUse.Forward, Forwards = plan };

    /// <summary>What the streams are for; with <see cref="PathUse.Streams"/>, and only then.</summary>
    public StreamUse Streams { get; init; }

    /// <summary>Whether the command gets the bound socket itself.</summary>
    public bool PassesSocket { get; init; }

    /// <summary>To copy files, in one direction.</summary>
    public static PathPurpose Copying(CopyRequest request) => new(PathUse.Streams, null)
    {
        Streams = request.Folder is null ? StreamUse.Send : StreamUse.Receive,
        Copy = request,
    };

    /// <summary>Reads the purpose from the options.</summary>
    /// <param name="isPipe">Whether there was <c>--pipe</c>.</param>
    /// <param name="command">The command after <c>--</c>; null for none.</param>
    /// <param name="passesSocket">Whether the command gets the bound socket itself.</param>
    /// <param name="isTcp">Whether the path is a TCP connection: a command gets its socket then, without being asked.</param>
    /// <param name="misfits">Given options that do not go with either of them.</param>
    /// <exception cref="FailureException">The options exclude each other, or the command does not exist.</exception>
    public static PathPurpose Read(bool isPipe, IReadOnlyList<string>? command, bool passesSocket, bool isTcp, IEnumerable<string> misfits)
    {
        if (passesSocket && command is null) { throw Refuse("--pass-socket needs a command after '--'"); }

        if (passesSocket && OperatingSystem.IsWindows()) { throw Refuse("--pass-socket needs Linux or another Unix"); }

        if (isTcp && command is not null && OperatingSystem.IsWindows())
        {
            throw Refuse("--tcp with a command after '--' needs Linux or another Unix");
        }

        if (!isPipe && command is null) { return Messages; }

        if (isPipe && command is not null) { throw Refuse("--pipe and a command after '--' cannot be used together"); }

        if (command is { Count: 0 }) { throw Refuse("no command after '--'"); }

        if (misfits.FirstOrDefault() is { } misfit)
        {
            throw Refuse($"{misfit} cannot be used with {(isPipe ? "--pipe" : "a command after '--'")}");
        }

        if (command is null) { return Data; }

        var handOver = new HandOverCommand(command[0], [.. command.Skip(1)]);
        return handOver.Check() is { } failure ? throw new FailureException(failure) : Handing(handOver, passesSocket || isTcp);
    }

    private static PathPurpose Handing(HandOverCommand command, bool passesSocket) =>
        new(PathUse.HandOver, command) { PassesSocket = passesSocket };

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
