namespace Punch.Cli.Options;

/// <summary>A command that a word names.</summary>
/// <param name="Word">The word; it comes first on the command line.</param>
/// <param name="Operands">What else it wants.</param>
/// <param name="Summary">What it does, in one line.</param>
internal sealed record CommandName(string Word, string Operands, string Summary) : IHelpEntry
{
    /// <summary>Meets a peer by a code.</summary>
    public static readonly CommandName Meet = new("meet", "[<code>]", "Reach a peer by a shared code; no address needed");

    /// <summary>Tests the NAT here.</summary>
    public static readonly CommandName Nat = new("nat", "", "Show what your NAT does and which peers it can reach");

    /// <summary>Predicts a meeting.</summary>
    public static readonly CommandName Predict = new("predict", "<a> <b>", "Predict whether two networks can reach each other");

    /// <summary>The server.</summary>
    public static readonly CommandName Serve = new("serve", "", "Run the server that 'punch meet' and 'punch nat' use");

    /// <summary>The scripts for shells.</summary>
    public static readonly CommandName Completion = new("completion", "<shell>", "Print the completion script of a shell");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandName> All { get; } = [Meet, Nat, Predict, Serve, Completion];

    /// <inheritdoc/>
    public string Term => $"punch {Word} {Operands}".TrimEnd();

    /// <inheritdoc/>
    public string Text => Summary;

    /// <summary>Whether a word names a command.</summary>
    public static bool IsCommand(string word) => All.Any(name => name.Word == word);
}
