using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>The outcome of asking a server to reply from a place that the fresh socket had not sent to.</summary>
internal enum FilterOutcome
{
    /// <summary>No server has such a place.</summary>
    NotAsked,

    /// <summary>The reply came in.</summary>
    Passed,

    /// <summary>The reply did not come in, and only a filter can explain that.</summary>
    Blocked,

    /// <summary>The server refused.</summary>
    Refused,

    /// <summary>That place does not reply even if no filter is in its way.</summary>
    SourceSilent,

    /// <summary>Even plain replies did not reach the fresh socket.</summary>
    SocketSilent,
}

/// <summary>The filtering behaviour: RFC 5780 §4.4, and the part of it that works with one address.</summary>
internal static class FilteringInference
{
    /// <param name="fromOtherHost">The reply from another address (test II).</param>
    /// <param name="fromOtherPort">The reply from another port of the address that was asked (test III).</param>
    /// <param name="mapping">The mapping. It decides whether "no filter" means none or EIF.</param>
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

        // the missing test: the other place's test if this one was conclusive
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
