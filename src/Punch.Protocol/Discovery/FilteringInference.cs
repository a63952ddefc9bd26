using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>What came of asking a server to answer from a place that the fresh socket had not sent to.</summary>
internal enum FilterOutcome
{
    /// <summary>No server has such a place.</summary>
    NotAsked,

    /// <summary>The answer came in.</summary>
    Passed,

    /// <summary>It did not, and nothing but a filter explains that.</summary>
    Blocked,

    /// <summary>The server would not.</summary>
    Refused,

    /// <summary>That place does not answer where no filter is in its way either.</summary>
    SourceSilent,

    /// <summary>Even plain answers did not reach the fresh socket.</summary>
    SocketSilent,
}

/// <summary>The filtering behaviour: RFC 5780 §4.4, and what is left of it with one address.</summary>
internal static class FilteringInference
{
    /// <param name="fromOtherHost">An answer from another address (test II).</param>
    /// <param name="fromOtherPort">An answer from another port of the address that was asked (test III).</param>
    /// <param name="mapping">Decides whether no filter is called none or EIF.</param>
    public static Finding<Filtering> Infer(FilterOutcome fromOtherHost, FilterOutcome fromOtherPort, Finding<Mapping> mapping)
    {
        Filtering[] filters = Candidates(fromOtherHost, fromOtherPort);
        UnknownReason reason = Reason(fromOtherHost, fromOtherPort);
        if (filters[0] != Filtering.EndpointIndependent || !mapping.Allows(Mapping.None))
        {
            return Finding.OneOf(reason, filters);
        }

        if (mapping.IsKnown) { return Finding.OneOf(reason, [Filtering.None, .. filters[1..]]); }

        UnknownReason combined = reason == UnknownReason.None ? mapping.Reason : reason;
        return Finding.OneOf(combined, [Filtering.None, .. filters]);
    }

    private static Filtering[] Candidates(FilterOutcome fromOtherHost, FilterOutcome fromOtherPort)
    {
        if (fromOtherHost == FilterOutcome.Passed) { return [Filtering.EndpointIndependent]; }

        if (fromOtherPort == FilterOutcome.Blocked) { return [Filtering.AddressAndPortDependent]; }

        List<Filtering> candidates = [];
        if (fromOtherHost != FilterOutcome.Blocked) { candidates.Add(Filtering.EndpointIndependent); }

        candidates.Add(Filtering.AddressDependent);
        if (fromOtherPort != FilterOutcome.Passed) { candidates.Add(Filtering.AddressAndPortDependent); }

        return [.. candidates];
    }

    private static UnknownReason Reason(FilterOutcome fromOtherHost, FilterOutcome fromOtherPort)
    {
        if (fromOtherHost is FilterOutcome.Passed) { return UnknownReason.None; }

        // the test that is missing: the other place's if that one was conclusive
        FilterOutcome missing = fromOtherHost == FilterOutcome.Blocked ? fromOtherPort : fromOtherHost;
        return missing switch
        {
            FilterOutcome.NotAsked when fromOtherPort == FilterOutcome.NotAsked && fromOtherHost == FilterOutcome.NotAsked =>
                UnknownReason.NoOtherSource,
            FilterOutcome.NotAsked => fromOtherHost == FilterOutcome.NotAsked
                ? UnknownReason.OneServerAddress
                : UnknownReason.OneServerPort,
            FilterOutcome.Refused => UnknownReason.ServerRefuses,
            FilterOutcome.SourceSilent => UnknownReason.OtherSourceSilent,
            FilterOutcome.SocketSilent => UnknownReason.TooFewAnswers,
            _ => UnknownReason.None,
        };
    }
}
