using Xunit;

namespace Punch.Tests.Session;

/// <summary>Every ordered pair of networks, and which of them punch without guessing a port.</summary>
internal static class MeetCells
{
    /// <summary>
    /// docs/nat-traversal.md#which-pairs-open, by the behaviour of each side. E lets any host in. R lets in the hosts that it sent to, from
    /// any port. P lets them in only from that port. S has another mapping for each destination and filters like P. X has such a mapping,
    /// too, and lets any host in.
    /// </summary>
    private static readonly string[] Table =
    [
        "   E R P S X",
        " E + + + + +",
        " R + + + + +",
        " P + + + - -", // S and X reply from a port that P cannot know
        " S + + - - -",
        " X + + - - +", // each can be reached at the address that the server saw
    ];

    private static readonly Dictionary<string, char> Kinds = new()
    {
        ["open"] = 'E',
        ["firewall"] = 'P',
        ["full-cone"] = 'E',
        ["address-restricted"] = 'R',
        ["port-restricted"] = 'P',
        ["port-preserving"] = 'P',
        ["linux"] = 'P',
        ["carrier"] = 'P',
        ["adm"] = 'S',
        ["symmetric-eif"] = 'X',
        ["symmetric-sequential"] = 'S',
        ["symmetric-random"] = 'S',
    };

    /// <summary>The kinds of networks.</summary>
    public static IEnumerable<string> All => Kinds.Keys;

    public static TheoryData<string, string> Punchable() => Where(isPunchable: true);

    public static TheoryData<string, string> Hopeless() => Where(isPunchable: false);

    public static bool IsPunchable(string a, string b)
    {
        int row = Array.FindIndex(Table, line => line[1] == Kinds[a]);
        return Table[row][Table[0].IndexOf(Kinds[b], StringComparison.Ordinal)] == '+';
    }

    private static TheoryData<string, string> Where(bool isPunchable)
    {
        var pairs = new TheoryData<string, string>();
        foreach (string a in Kinds.Keys)
        {
            foreach (string b in Kinds.Keys)
            {
                if (IsPunchable(a, b) == isPunchable) { pairs.Add(a, b); }
            }
        }

        return pairs;
    }
}
