using System.Globalization;

namespace Punch.Tests.Streams.Session;

/// <summary>How long the simulations run: PUNCH_TRANSFERS is the number of transfers that are drawn. Set, it also asks for every pair of losses.</summary>
internal static class LongRun
{
    private const int ShortRun = 300;

    public static bool IsAsked => Value("PUNCH_TRANSFERS", 0) > ShortRun;

    public static ulong Transfers => Value("PUNCH_TRANSFERS", ShortRun);

    /// <summary>The first seed, to repeat a failure.</summary>
    public static ulong FirstSeed => Value("PUNCH_TRANSFER_SEED", 1);

    /// <summary>Mutated packets.</summary>
    public static ulong Mutations => Value("PUNCH_MUTATIONS", 100_000);

    private static ulong Value(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : otherwise;
}
