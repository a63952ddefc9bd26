using System.Globalization;

namespace Punch.Lab.Attacks;

/// <summary>What came of an attack.</summary>
/// <param name="Name">Of the attack.</param>
/// <param name="Answers">How many of the honest requests were answered.</param>
/// <param name="Meetings">How many of the honest pairs met.</param>
/// <param name="Packets">Datagrams that the attacker sent.</param>
/// <param name="BytesIn">Their bytes.</param>
/// <param name="BytesOut">Bytes that the server sent to others than the honest clients.</param>
/// <param name="MemoryBefore">The server's memory after a quarter of the time, in KiB.</param>
/// <param name="MemoryAfter">At the end.</param>
internal sealed record AttackResult(
    string Name, int Answers, int Meetings, long Packets, long BytesIn, long BytesOut, long MemoryBefore, long MemoryAfter)
{
    // Two generations of garbage and the pages of a table that fills.
    private const long Growth = 16 * 1024;

    // The shortest STUN request has 20 bytes, its response 32: a client's address does not fit into less (RFC 8489 section 14.2).
    private const int LongerResponse = 12;

    public static IReadOnlyList<string> Header { get; } =
        ["attack", "datagrams", "bytes in", "bytes out", "out per in", "answers", "meetings", "memory, MiB"];

    public IReadOnlyList<string> Row =>
    [
        Name, $"{Packets}", $"{BytesIn}", $"{BytesOut}", ((double)BytesOut / Math.Max(BytesIn, 1)).ToString("F2", CultureInfo.InvariantCulture),
        $"{Answers}/{AttackRun.Honest}", $"{Meetings}/{AttackRun.Honest}", $"{MemoryBefore / 1024} to {MemoryAfter / 1024}",
    ];

    /// <summary>What is wrong; null when all is as it must be.</summary>
    public string? Failure
    {
        get
        {
            string[] wrong =
            [
                .. Wrong(Answers < AttackRun.Honest, "an honest request got no answer"),
                .. Wrong(Meetings < AttackRun.Honest, "an honest pair did not meet"),
                .. Wrong(Packets == 0, "nothing was sent"),
                .. Wrong(BytesOut > BytesIn + (LongerResponse * Packets), "the server sent more than it got"),
                .. Wrong(MemoryAfter > MemoryBefore + Growth, "the server's memory grows"),
            ];
            return wrong.Length == 0 ? null : $"{string.Join(", ", wrong)}: {string.Join(" | ", Row)}";
        }
    }

    private static string[] Wrong(bool isWrong, string what) => isWrong ? [what] : [];
}
