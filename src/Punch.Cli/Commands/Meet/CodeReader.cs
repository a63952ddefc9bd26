using System.Globalization;
using Punch.Cli.HandOver;
using Punch.Cli.Options;
using Punch.Protocol.Frames;

namespace Punch.Cli.Commands.Meet;

/// <summary>Reads a code, and says what is wrong with it without saying the code.</summary>
internal static class CodeReader
{
    /// <summary>Stands for the first line of standard input.</summary>
    public const string StandardInput = "-";

    private const string Example =
        "a code has 20 letters and digits, such as 7k3m-9q2p-xv4t-h8rn-5wzc; 'punch meet --via <server>' makes one";

    /// <summary>
    /// What is given of a meeting on a command line, on standard input where that is <c>-</c>, or else in the environment; null for
    /// nothing.
    /// </summary>
    /// <param name="words">The operands. A code may be typed with spaces.</param>
    /// <param name="environment">What the command line may leave to the environment.</param>
    /// <exception cref="FailureException">There is something, and it is no code.</exception>
    public static GivenCode? Read(IReadOnlyList<string> words, EnvironmentDefaults environment)
    {
        if (words.Count == 1 && words[0] == StandardInput) { return Parse(environment.ReadLine() ?? "", "on standard input"); }

        if (words.Count > 0) { return Parse(string.Join(' ', words), ""); }

        return string.IsNullOrEmpty(environment.Code) ? null : Parse(environment.Code, $"in {EnvironmentDefaults.CodeVariable}");
    }

    /// <summary>Whether a word is a code, or the line that the other side printed.</summary>
    public static bool IsCode(string word) =>
        PastedLine.Read(word) is var line && (line.Server is not null || line.IsByAddress || MeetingCode.TryParse(line.Code, out _, out _));

    private static GivenCode? Parse(string text, string where)
    {
        PastedLine line = PastedLine.Read(text);

        // A pasted line without a code is the one that makes a code, and so does this side.
        bool isWhole = line.Server is not null || line.IsByAddress;
        if (line.Code.Length == 0 && isWhole) { return Given(null, line); }

        if (MeetingCode.TryParse(line.Code, out MeetingCode? code, out MeetingCodeError error)) { return Given(code, line); }

        string place = where.Length == 0 ? "" : $" {where}";
        bool isServer = text.Contains('.', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal);
        throw new FailureException(Failure.Usage(
            $"the code{place} {Problem(error)}", isServer ? "name a server with --via: punch meet [<code>] --via <server>" : Example));
    }

    private static GivenCode Given(MeetingCode? code, PastedLine line) => new(code, line.Server, line.Purpose)
    {
        At = line.At,
        IsByAddress = line.IsByAddress,
        LocalPort = line.LocalPort,
    };

    private static string Problem(in MeetingCodeError error) => error.Fault switch
    {
        MeetingCodeFault.Letter => Invariant($"has a '{error.Letter}' at position {error.Count + 1}; no code contains it"),
        _ when error.Count == 0 => "is empty",
        _ when error.Count < MeetingCode.Length =>
            Invariant($"has {error.Count} of {MeetingCode.Length} characters: {Missing(MeetingCode.Length - error.Count)}"),
        _ => Invariant($"has {error.Count} characters, {error.Count - MeetingCode.Length} too many"),
    };

    private static string Missing(int count) => count == 1 ? "one is missing" : Invariant($"{count} are missing");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What was given of a meeting where a code belongs.</summary>
/// <param name="Code">The code; null to make one.</param>
/// <param name="Server">The server, where the whole line of the other side was pasted; null otherwise.</param>
/// <param name="Purpose">What that line says of the use of the path; null for nothing.</param>
internal sealed record GivenCode(MeetingCode? Code, string? Server, PathPurpose? Purpose)
{
    /// <summary>Where the peer is, by a whole line that names no server; null to listen for it.</summary>
    public string? At { get; init; }

    /// <summary>Whether a whole line says to meet without a server.</summary>
    public bool IsByAddress { get; init; }

    /// <summary>The local port that a whole line names; null for none.</summary>
    public ushort? LocalPort { get; init; }
}
