using System.CommandLine;

namespace Punch.Cli.Options;

/// <summary>A table for System.CommandLine. Each use has its own symbols: a symbol remembers every command it was put into.</summary>
internal sealed class CommandTree
{
    private readonly Dictionary<OptionSpec, Option> _options = [];

    /// <summary>Declares a command.</summary>
    public CommandTree(CommandSpec spec)
    {
        Command = new Command(spec.Name?.Word ?? "punch") { Operands };
        foreach (OptionSpec option in spec.Options)
        {
            Option symbol = option.Declare();
            _options.Add(option, symbol);
            Command.Options.Add(symbol);
        }
    }

    /// <summary>The command.</summary>
    public Command Command { get; }

    /// <summary>The words that are no options.</summary>
    public Argument<string[]> Operands { get; } = new("operands") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>An option's symbol; null where the command has no such option.</summary>
    public Option? Find(OptionSpec option) => _options.GetValueOrDefault(option);
}
