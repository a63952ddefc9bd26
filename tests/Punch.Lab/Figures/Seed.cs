using System.Numerics;
using System.Text;

namespace Punch.Lab.Figures;

/// <summary>
/// A different seed for every run of every line. Otherwise all lines would lose the same packets. The seeds are the same in every table.
/// </summary>
internal static class Seed
{
    public static ulong Of(string line, int number) => Encoding.UTF8.GetBytes($"{line}, {number}").Aggregate(uint.MaxValue, BitOperations.Crc32C);
}
