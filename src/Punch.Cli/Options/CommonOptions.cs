using Punch.Cli.Parsing;
using Punch.Net.Resolving;
using Punch.Protocol;

namespace Punch.Cli.Options;

/// <summary>The options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>Prints the help, and does nothing else.</summary>
    public static readonly FlagOption Help = new() { Name = "--help", Letter = "-h", Help = "Print this help" };

    /// <summary>Prints the version, and does nothing else.</summary>
    public static readonly FlagOption Version = new()
    {
        Name = "--version",
        Letter = "-V",
        Help = "Print the version; with -v also the commit and the runtime",
    };

    /// <summary>Whether JSON lines are wanted; counts where other options are wrong, too.</summary>
    public static readonly FlagOption Json = new() { Name = "--json", Help = "Print JSON, one object per line" };

    /// <summary>IPv4 alone.</summary>
    public static readonly FlagOption V4 = new() { Name = "-4", Help = "Use IPv4 only" };

    /// <summary>IPv6 alone.</summary>
    public static readonly FlagOption V6 = new() { Name = "-6", Help = "Use IPv6 only" };

    /// <summary>What a duration looks like.</summary>
    public const string TimeNote = "A <time> is a number with a unit: 250ms, 5s, 2m or 1h. Without a unit it is seconds.";

    /// <summary>The families that <c>-4</c>, <c>-6</c> and <c>--bind</c> leave.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="bind">The local address that was asked for.</param>
    /// <exception cref="FailureException">They exclude each other.</exception>
    public static AddressFamilies Families(this CommandLine line, HostAddress? bind)
    {
        AddressFamilies families = (line.Has(V4), line.Has(V6)) switch
        {
            (true, true) => throw Refuse("-4 and -6 cannot be used together"),
            (true, false) => AddressFamilies.V4,
            (false, true) => AddressFamilies.V6,
            (false, false) => AddressFamilies.Any,
        };
        if (bind is not { } address) { return families; }

        return families.Include(address)
            ? FamilyRules.Of(address)
            : throw Refuse($"{families.Letter()} excludes the local address {address}");
    }

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
