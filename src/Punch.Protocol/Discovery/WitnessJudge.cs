namespace Punch.Protocol.Discovery;

/// <summary>What one server says of the main socket, at every place it was asked.</summary>
/// <param name="Server">The server.</param>
/// <param name="Samples">What its places saw; one at least.</param>
internal sealed record Witness(ServerProbe Server, IReadOnlyList<MappingSample> Samples)
{
    /// <summary>A place on another host is another point of view.</summary>
    public int Weight { get; } = Samples.Select(sample => sample.Server.Host).Distinct().Count();

    /// <summary>Whether it sees the socket at a host.</summary>
    public bool Sees(HostAddress host) => Samples.Any(sample => sample.Mapped.Host == host);
}

/// <summary>Which servers are believed.</summary>
/// <param name="Believed">The servers whose samples count.</param>
/// <param name="LeftOut">Those that contradict all others.</param>
/// <param name="IsSplit">Whether they contradict each other and no majority decides.</param>
internal sealed record WitnessJudgement(IReadOnlyList<Witness> Believed, IReadOnlyList<Witness> LeftOut, bool IsSplit)
{
    /// <summary>What the believed ones saw.</summary>
    public MappingSample[] Samples => [.. Believed.SelectMany(witness => witness.Samples).Distinct()];
}

/// <summary>
/// Weighs what servers say of the public address. A server can say anything, so one against all others is no fact: a NAT gives each
/// destination another port, but another host only if it has several. So a server that names another host than a majority is left out,
/// unless the majority itself shows that the mapping varies. Two that disagree leave it open which one is wrong.
/// </summary>
internal static class WitnessJudge
{
    // One server with one address is no majority.
    private const int Majority = 2;

    /// <summary>Weighs them.</summary>
    /// <param name="witnesses">The servers that can be compared; one at least.</param>
    /// <param name="scope">Their scope: a server sees an address of its own scope, or something on the way is odd.</param>
    public static WitnessJudgement Judge(IReadOnlyList<Witness> witnesses, AddressScope scope)
    {
        HostAddress host = Favourite(witnesses);
        ILookup<bool, Witness> sides = witnesses.ToLookup(witness => witness.Sees(host));
        MappingSample[] seen = [.. sides[true].SelectMany(witness => witness.Samples)];
        bool varies = seen.Any(sample => sample.Mapped != seen[0].Mapped);
        Witness[] odd = [.. sides[false].Where(witness => !varies || !IsPlausible(witness, scope))];
        if (odd.Length == 0) { return new WitnessJudgement(witnesses, [], IsSplit: false); }

        int weight = sides[true].Sum(witness => witness.Weight);
        bool isMajority = weight >= Majority && weight > odd.Sum(witness => witness.Weight);
        bool isUpsideDown = host.Scope() != scope && Array.Exists(odd, witness => IsPlausible(witness, scope));
        return isMajority && !isUpsideDown
            ? new WitnessJudgement([.. witnesses.Except(odd)], odd, IsSplit: false)
            : new WitnessJudgement(witnesses, [], IsSplit: true);
    }

    /// <summary>
    /// Whether the mapping varies by the word of one server alone, while all others, a majority, see the same address. A NAT gives
    /// another port to one destination where another host took the first, so it may be right.
    /// </summary>
    public static bool RestsOnOne(WitnessJudgement judgement) => judgement.Believed.Any(one =>
    {
        Witness[] others = [.. judgement.Believed.Where(other => other != one)];
        MappingSample[] seen = [.. others.SelectMany(other => other.Samples)];
        return others.Sum(other => other.Weight) >= Majority
            && seen.All(sample => sample.Mapped == seen[0].Mapped)
            && one.Samples.Any(sample => sample.Mapped != seen[0].Mapped);
    });

    /// <summary>The servers that a lead is chosen from: those that most of them agree with, or all.</summary>
    public static IEnumerable<ServerProbe> Electable(IEnumerable<ServerProbe> answered)
    {
        ServerProbe[] all = [.. answered];
        ServerProbe[][] groups = [.. all.GroupBy(server => server.Probe.Mapped!.Value.Host).Select(group => group.ToArray())
            .OrderByDescending(group => group.Length)];
        bool isMajority = groups.Length > 1 && groups[0].Length >= Majority && groups[0].Length > groups[1].Length;
        return isMajority ? groups[0] : all;
    }

    private static HostAddress Favourite(IReadOnlyList<Witness> witnesses) =>
        witnesses.SelectMany(witness => witness.Samples).Select(sample => sample.Mapped.Host).Distinct()
            .MaxBy(host => witnesses.Where(witness => witness.Sees(host)).Sum(witness => witness.Weight));

    private static bool IsPlausible(Witness witness, AddressScope scope) =>
        witness.Samples.All(sample => sample.Mapped.Host.Scope() == scope);
}
