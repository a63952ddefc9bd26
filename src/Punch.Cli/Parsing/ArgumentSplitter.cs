using System.CommandLine;

namespace Punch.Cli.Parsing;

/// <summary>
/// Brings a command line into the one form that System.CommandLine reads as people mean it: options as <c>--long=value</c>, then
/// <c>--</c>, then the operands. Left alone it reads <c>-c4</c> as <c>-c -4</c> and <c>-p6311</c> as <c>-p -6 311</c>, takes the value in
/// <c>--quiet=yes</c> for an operand, drops a leading <c>[2001:db8::1]</c> as a directive, and drops a host that is named like the program.
/// The rules here are those of getopt_long with options allowed after operands; names are not abbreviated.
/// </summary>
internal sealed class ArgumentSplitter
{
    private readonly Command _command;
    private readonly List<string> _options = [];
    private readonly List<string> _operands = [];

    /// <summary>Splits a command line by the options of a command.</summary>
    /// <param name="command">Its options.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="tail">What may stand after <c>--</c>.</param>
    public ArgumentSplitter(Command command, IReadOnlyList<string> arguments, Tail tail = Tail.Operands)
    {
        _command = command;
        Split(arguments, tail);
    }

    /// <summary>The first thing that is wrong; what is right is split all the same, so that <c>--help</c> and <c>--json</c> count.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>How many of <see cref="Operands"/> came before a <c>--</c>: only those can be mistyped options or names of commands.</summary>
    public int OperandsBeforeDashes { get; private set; }

    /// <summary>The words of another command, which may be none, when the command line has a place for one; null when it has not.</summary>
    public IReadOnlyList<string>? TailCommand { get; private set; }

    /// <summary>The arguments that are no options.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>The canonical form.</summary>
    public string[] Canonical => [.. _options, "--", .. _operands];

    private void Split(IReadOnlyList<string> arguments, Tail tail)
    {
        int dashes = arguments.TakeWhile(argument => argument != "--").Count();
        for (int i = 0; i < dashes; i++)
        {
            string argument = arguments[i];
            string? next = i + 1 < dashes ? arguments[i + 1] : null;
            bool isNextTaken = false;
            if (argument is ['-', '-', ..]) { Note(SplitLong(argument, next, out isNextTaken)); }
            else if (IsShort(argument)) { Note(SplitShort(argument, next, out isNextTaken)); }
            else { _operands.Add(argument); }

            i += isNextTaken ? 1 : 0;
        }

        OperandsBeforeDashes = _operands.Count;
        if (dashes < arguments.Count) { SplitTail([.. arguments.Skip(dashes + 1)], tail); }
    }

    private void SplitTail(string[] words, Tail tail)
    {
        bool isCommand = tail == Tail.Command || (tail == Tail.CommandAfterOperand && _operands.Count > 0);
        if (isCommand)
        {
            TailCommand = words;
            return;
        }

        int dashes = tail == Tail.CommandAfterOperand ? words.TakeWhile(word => word != "--").Count() : words.Length;
        _operands.AddRange(words[..dashes]);
        if (dashes < words.Length) { TailCommand = words[(dashes + 1)..]; }
    }

    private void Note(Failure? failure) => Failure ??= failure;

    private Failure? SplitLong(string argument, string? next, out bool isNextTaken)
    {
        isNextTaken = false;
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? argument : argument[..equals];
        Option? option = Find(name);
        if (option is null) { return Unknown(name); }

        if (TakesValue(option)) { return AddValue(option, name, equals < 0 ? null : argument[(equals + 1)..], next, out isNextTaken); }

        if (equals >= 0) { return NoValue(name); }

        _options.Add(option.Name);
        return null;
    }

    private Failure? SplitShort(string argument, string? next, out bool isNextTaken)
    {
        isNextTaken = false;
        for (int i = 1; i < argument.Length; i++)
        {
            string name = $"-{argument[i]}";
            Option? option = Find(name);
            if (option is null) { return Unknown(name); }

            string rest = argument[(i + 1)..];
            if (TakesValue(option))
            {
                string? attached = rest.Length == 0 ? null : rest is ['=', ..] ? rest[1..] : rest;
                return AddValue(option, name, attached, next, out isNextTaken);
            }

            if (rest is ['=', ..]) { return NoValue(name); }

            _options.Add(option.Name);
        }

        return null;
    }

    /// <summary>An option's value is what is attached to it, or else the next argument, unless that is an option of ours.</summary>
    private Failure? AddValue(Option option, string name, string? attached, string? next, out bool isNextTaken)
    {
        isNextTaken = attached is null && next is not null && !LooksLikeOption(next);
        string? value = attached ?? (isNextTaken ? next : null);
        if (string.IsNullOrEmpty(value)) { return Failure.Usage($"option '{name}' wants a value"); }

        _options.Add($"{option.Name}={value}");
        return null;
    }

    private bool LooksLikeOption(string argument) => argument is ['-', '-', ..] || IsShort(argument);

    /// <summary>A negative number is none: it is refused as a port, a count or a duration, with better words.</summary>
    private bool IsShort(string argument) =>
        argument is ['-', _, ..] && (Find(argument[..2]) is not null || !char.IsAsciiDigit(argument[1]));

    private Option? Find(string name)
    {
        foreach (Option option in _command.Options)
        {
            if (option.Name == name || option.Aliases.Contains(name)) { return option; }
        }

        return null;
    }

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0;

    private static Failure NoValue(string name) => Failure.Usage($"option '{name}' takes no value");

    private static Failure Unknown(string name) => Failure.Usage($"unknown option '{name}'");
}

/// <summary>What stands after <c>--</c>.</summary>
internal enum Tail
{
    /// <summary>Further operands.</summary>
    Operands,

    /// <summary>Another command, where an operand stands before; else operands, and after a second <c>--</c> another command.</summary>
    CommandAfterOperand,

    /// <summary>Another command.</summary>
    Command,
}
