using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>A mapping that a NAT made.</summary>
/// <param name="Socket">The inside port.</param>
/// <param name="Mapped">The outside endpoint.</param>
internal readonly record struct AllocationSample(ushort Socket, TransportAddress Mapped);

/// <summary>The port allocation, and its numbers.</summary>
/// <param name="Allocation">The allocation.</param>
/// <param name="Step">The step between ports, if they are sequential.</param>
/// <param name="Block">The range of ports seen, if they come from a block.</param>
internal readonly record struct AllocationFinding(Finding<PortAllocation> Allocation, int? Step = null, PortRange? Block = null);

/// <summary>
/// Infers the port allocation from the ports that a burst of requests got. Other hosts behind the NAT take ports in between, and a lost
/// packet changes the order. So a sequence shows by ports that are close to equal steps, in any order. One port may be elsewhere: it may
/// come from an old mapping of an earlier program.
/// </summary>
internal static class AllocationInference
{
    private const double Ports = 64_512; // 1024 to 65535
    private const int FewestInLadder = 3;
    private const int FewestInBlock = 4;

    // Other hosts may take this many steps between two ports of the burst.
    private const int MostRungs = 16;

    // Random ports of the whole range look like such a sequence by chance: five ports once in ten million runs, three once in a million.
    private const int LongestStep = 1024;
    private const int LongestStepOfFew = 16;
    private const int FewestForLongSteps = 5;

    // With one port left out, the sequence has to be shorter, and shorter still if all ports are close together. Random ports of a block of
    // SmallestBlock or more then look like one once in fifty thousand runs, those of the whole range once in eight million.
    private const int FewestToLeaveOneOut = 5;
    private const double LadderByChance = 1e-5;
    private const double SmallestBlock = 512;

    // Random ports lie in such a small block by chance at most this often.
    private const double BlockByChance = 1e-6;

    /// <param name="all">Every observed mapping.</param>
    /// <param name="burst">The mappings of one burst from several sockets to one place, in the order of sending.</param>
    public static AllocationFinding Infer(IReadOnlyList<AllocationSample> all, IReadOnlyList<AllocationSample> burst)
    {
        if (IsPreserving(all)) { return new(Finding.Known(PortAllocation.Preserving)); }

        ushort[] inOrder = [.. burst
            .Where(sample => sample.Mapped.Host == burst[0].Mapped.Host)
            .Select(sample => sample.Mapped.Port)
            .Distinct()];
        if (inOrder.Length < FewestInLadder)
        {
            return new(Finding.OneOf(
                UnknownReason.TooFewAnswers, PortAllocation.Sequential, PortAllocation.Random, PortAllocation.Block));
        }

        if (FindStep(inOrder) is { } step) { return new(Finding.Known(PortAllocation.Sequential), Step: step); }

        ushort[] ports = [.. all.Select(sample => sample.Mapped.Port).Distinct().Order()];
        return IsBlock(ports)
            ? new(Finding.Known(PortAllocation.Block), Block: new PortRange(ports[0], ports[^1]))
            : new(Finding.Known(PortAllocation.Random));
    }

    // A port that is taken is not preserved, and a NAT whose mapping varies preserves only a socket's first port. Two preserved ports are
    // not chance.
    private static bool IsPreserving(IReadOnlyList<AllocationSample> all)
    {
        int sockets = all.Select(sample => sample.Socket).Distinct().Count();
        int preserved = all.Where(sample => sample.Mapped.Port == sample.Socket).Select(sample => sample.Socket).Distinct().Count();
        return preserved >= Math.Min(2, sockets) && preserved > 0;
    }

    private static int? FindStep(ushort[] inOrder)
    {
        int longest = inOrder.Length >= FewestForLongSteps ? LongestStep : LongestStepOfFew;
        if (FindLadder(inOrder, longest) is { } whole) { return whole.Step; }

        if (inOrder.Length < FewestToLeaveOneOut) { return null; }

        double window = Math.Max(inOrder.Max() - inOrder.Min() + 1, SmallestBlock);
        for (int i = 0; i < inOrder.Length; i++)
        {
            ushort[] others = [.. inOrder[..i], .. inOrder[(i + 1)..]];
            if (FindLadder(others, longest) is { IsWrapped: false } rest && IsNoChance(rest, others.Length, window)) { return rest.Step; }
        }

        return null;
    }

    private static Ladder? FindLadder(ushort[] inOrder, int longest)
    {
        int[] ports = [.. inOrder.Select(port => (int)port).Order()];
        int[] gaps = [.. Enumerable.Range(1, ports.Length - 1).Select(i => ports[i] - ports[i - 1])];

        // a sequence that passed the last port and began again leaves one gap that is most of the range
        int[] rungs = [.. gaps.Where(gap => gap < Ports / 2)];
        if (rungs.Length < FewestInLadder - 1) { return null; }

        int step = rungs.Min();
        bool isLadder = step <= longest && rungs.All(rung => rung % step == 0 && rung / step <= MostRungs);
        return isLadder ? new Ladder(step * Direction(inOrder), rungs.Sum() / step, rungs.Length < gaps.Length) : null;
    }

    /// <summary>
    /// Whether chance can be excluded: this many random ports out of a window, and one more that was left out, are too unlikely to form a
    /// sequence as short, with steps as small. The bound is (count + 1) x step x count! x (rungs over count - 1) / window^(count - 1).
    /// </summary>
    private static bool IsNoChance(Ladder ladder, int count, double window)
    {
        double chance = (count + 1) * count * Math.Abs(ladder.Step);
        for (int i = 0; i < count - 1; i++) { chance *= (ladder.Rungs - i) / window; }

        return chance < LadderByChance;
    }

    // Most later ports are on one side of the earlier ones, even if one request was lost and repeated.
    private static int Direction(ushort[] inOrder)
    {
        int rising = 0;
        for (int i = 0; i < inOrder.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int rise = inOrder[i] - inOrder[j];
                bool isWrapped = Math.Abs(rise) > Ports / 2;
                rising += isWrapped ? -Math.Sign(rise) : Math.Sign(rise);
            }
        }

        return rising < 0 ? -1 : 1;
    }

    private static bool IsBlock(ushort[] ports)
    {
        if (ports.Length < FewestInBlock) { return false; }

        // n random ports all lie within some window of width w with a probability of at most n (w/N)^(n-1)
        double share = (ports[^1] - ports[0] + 1) / Ports;
        return ports.Length * Math.Pow(share, ports.Length - 1) < BlockByChance;
    }

    private readonly record struct Ladder(int Step, int Rungs, bool IsWrapped);
}
