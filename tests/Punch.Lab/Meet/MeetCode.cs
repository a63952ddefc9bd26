using Punch.Protocol;

namespace Punch.Lab.Meet;

/// <summary>Makes codes like a script: any 20 characters of Crockford's base 32.</summary>
internal static class MeetCode
{
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Draw(ulong seed)
    {
        var random = new SplitMix64(seed);
        char[] drawn = [.. Enumerable.Range(0, 20).Select(_ => Letters[random.NextInt(Letters.Length)])];
        return string.Join('-', drawn.Chunk(4).Select(group => new string(group)));
    }
}
