using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Punch.Fuzz;

/// <summary>Which branches an execution took, and whether any of that is new.</summary>
/// <param name="countsTimes">Whether a branch that is taken more often, in AFL's buckets, is new, too.</param>
internal sealed unsafe class Coverage(bool countsTimes = true)
{
    private const int Length = 1 << 16;

    private static readonly byte[] Buckets = [.. Enumerable.Range(0, 256).Select(Bucket)];

    private static readonly byte* Idle = (byte*)NativeMemory.AllocZeroed(Length);

    private readonly byte* _map = (byte*)NativeMemory.AlignedAlloc(Length, 64);
    private readonly byte[] _seen = new byte[Length];

    /// <summary>How many branches were ever taken.</summary>
    public int Branches { get; private set; }

    /// <summary>Counts what runs outside executions, which has to be counted somewhere.</summary>
    public static void Rest() => Trace.SharedMem = Idle;

    /// <summary>An execution begins.</summary>
    public void Begin()
    {
        NativeMemory.Clear(_map, Length);
        Trace.SharedMem = _map;
        Trace.PrevLocation = 0;
    }

    /// <summary>It is over: whether it took a branch for the first time, or more often than ever.</summary>
    public bool End()
    {
        Rest();
        bool isNew = false;
        var words = (ulong*)_map;
        for (int i = 0; i < Length / sizeof(ulong); i++)
        {
            if (words[i] == 0) { continue; }

            for (int at = i * sizeof(ulong); at < (i + 1) * sizeof(ulong); at++) { isNew |= Note(at); }
        }

        return isNew;
    }

    private bool Note(int at)
    {
        byte bucket = countsTimes ? Buckets[_map[at]] : Math.Min(_map[at], (byte)1);
        if ((bucket & ~_seen[at]) == 0) { return false; }

        Branches += _seen[at] == 0 ? 1 : 0;
        _seen[at] |= bucket;
        return true;
    }

    private static byte Bucket(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
