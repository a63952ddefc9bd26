using System.Globalization;
using Punch.Cli.Parsing;
using Punch.Protocol;

namespace Punch.Cli.Options;

/// <summary>What an option takes for a value.</summary>
/// <param name="Values">The values it takes, in words.</param>
/// <param name="Parse">
/// Reads a value, given the option's name for the words about a wrong one. Throws <see cref="FailureException"/> when it is none.
/// </param>
internal sealed record ValueKind<T>(string Values, Func<string, string, T> Parse);

/// <summary>The kinds of values that several options have.</summary>
internal static class ValueKinds
{
    /// <summary>An IP address of this machine.</summary>
    public static readonly ValueKind<HostAddress> Address = new("an IPv4 or IPv6 address", (_, text) => RemoteTarget.ParseAddress(text));

    /// <summary>A word that is read together with others.</summary>
    /// <param name="values">What it may be.</param>
    public static ValueKind<string> Word(string values) => new(values, (_, text) => text);

    /// <summary>A whole number in a range.</summary>
    /// <param name="noun">What the number is, with its article.</param>
    /// <param name="min">The least one.</param>
    /// <param name="max">The largest one.</param>
    public static ValueKind<long> Number(string noun, long min, long max) => new(
        string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
        (option, text) => NumberText.Parse(text, noun, min, max, out long value) is { } problem
            ? throw Refuse(option, text, problem)
            : value);

    /// <summary>A whole number in a range that fits 31 bits.</summary>
    /// <param name="noun">What the number is, with its article.</param>
    /// <param name="min">The least one.</param>
    /// <param name="max">The largest one.</param>
    public static ValueKind<int> SmallNumber(string noun, int min, int max)
    {
        ValueKind<long> number = Number(noun, min, max);
        return new ValueKind<int>(number.Values, (option, text) => (int)number.Parse(option, text));
    }

    /// <summary>A duration; zero is one.</summary>
    public static ValueKind<TimeSpan> DurationOrZero { get; } = new("0 to 30 days", (option, text) => ReadDuration(option, text));

    /// <summary>A duration above zero.</summary>
    public static ValueKind<TimeSpan> Duration { get; } = new(
        "more than 0, up to 30 days",
        (option, text) => ReadDuration(option, text) is var value && value > TimeSpan.Zero
            ? value
            : throw Refuse(option, text, "must be longer than 0"));

    /// <summary>A duration of 100 ms or more: the pause of something that is printed.</summary>
    public static ValueKind<TimeSpan> PrintInterval { get; } = new(
        "100ms to 30 days",
        (option, text) => ReadDuration(option, text) is var value && value >= TimeSpan.FromMilliseconds(100)
            ? value
            : throw Refuse(option, text, "is shorter than 100ms"));

    private static TimeSpan ReadDuration(string option, string text) =>
        DurationText.Parse(text, out TimeSpan value) is { } problem ? throw Refuse(option, text, problem) : value;

    private static FailureException Refuse(string option, string text, string problem) =>
        new(Failure.Usage($"{option} '{text}' {problem}"));
}
