namespace Punch.Protocol.Discovery;

/// <summary>What one server sees of the main socket, at every place that was asked.</summary>
/// <param name="Server">The server.</param>
/// <param name="Samples">The observations of its places; at least one.</param>
internal sealed record Witness(ServerProbe Server, IReadOnlyList<MappingSample> Samples)
{
    /// <summary>The number of its hosts: a place on another host is another point of view.</summary>
    public int Weight { get; } = Samples.Select(sample => sample.Server.Host).Distinct().Count();

    /// <summary>Whether it sees the socket at this public host.</summary>
    public bool Sees(HostAddress host) => Samples.Any(sample => sample.Mapped.Host == host);
}

/// <summary>The result of weighing the servers.</summary>
/// <param name="Believed">The servers whose samples count.</param>
/// <param name="LeftOut">The servers that contradict all others.</param>
/// <param name="IsSplit">Whether servers contradict each other and no majority decides.</param>
internal sealed record WitnessJudgement(IReadOnlyList<Witness> Believed, IReadOnlyList<Witness> LeftOut, bool IsSplit)
{
    /// <summary>The observations of the believed servers.</summary>
    public MappingSample[] Samples => [.. Believed.SelectMany(witness => witness.Samples).Distinct()];
}

/// <summary>
/// Weighs the servers' replies about the public address. A server can claim anything, so one against all others is not proof. A NAT may
/// give each destination another port, but another host only if it has several. So a server that sees another host than the majority is
/// left out, unless the majority itself shows that the mapping varies. If only two disagree, it stays open which one is wrong.
/// </summary>
internal static class WitnessJudge
{
    // One server with one address is not a majority.
    private const int Majority = 2;

    /// <summary>Weighs the servers.</summary>
    /// <param name="witnesses">The servers that can be compared; at least one.</param>
    /// <param name="scope">Their scope. A server should see an address of its own scope; anything else is odd.</param>
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
    /// Whether only one server shows a varying mapping, while all others, a majority, see the same address. It may be right: a NAT gives
    /// another port towards one destination if another host took the first port there.
    /// </summary>
    public static bool RestsOnOne(WitnessJudgement judgement) => judgement.Believed.Any(one =>
    {
        Witness[] others = [.. judgement.Believed.Where(other => other != one)];
        MappingSample[] seen = [.. others.SelectMany(other => other.Samples)];
        return others.Sum(other => other.Weight) >= Majority
            && seen.All(sample => sample.Mapped == seen[0].Mapped)
            && one.Samples.Any(sample => sample.Mapped != seen[0].Mapped);
    });

    /// <summary>The servers that can become the lead: those that agree with most others, or all of them.</summary>
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
