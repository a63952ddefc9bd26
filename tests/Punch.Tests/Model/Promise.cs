namespace Punch.Tests.Model;

/// <summary>What docs/threat-model.md promises, as far as the model can see it.</summary>
internal enum Promise
{
    /// <summary>No frame is taken in twice, and no data is delivered twice, whatever a server introduces.</summary>
    TakenInOnce,

    /// <summary>Nothing about a seat changes by messages from an address that its party did not prove.</summary>
    SeatIsOwn,

    /// <summary>Nothing is sent to, and nobody is told of, an address that nobody may name.</summary>
    KnownPlaces,

    /// <summary>Few datagrams go to addresses that proved nothing, and a server sends no more bytes than it got.</summary>
    FewBytes,

    /// <summary>Once the meddler stops, two honest parties meet.</summary>
    StillMeet,
}

/// <summary>A promise that did not hold, and why.</summary>
internal readonly record struct Breach(Promise Promise, string What);
