using Punch.Protocol.Frames;
namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// What outlives the session with a party. Two parties have the same keys whenever they are introduced to each other, and a server can
/// bring back one that another took the place of: then no counter may be sealed twice, and no frame may be taken in again.
/// </summary>
internal sealed class FormerSessions
{
    /// <summary>
    /// How many parties are remembered. An attacker that wants a frame accepted again needs the hellos of so many others with the same
    /// code.
    /// </summary>
    public const int Capacity = 16;

    private readonly List<(PartyId Party, ReplayWindow Received)> _former = new(Capacity);

    // One for all of them: a counter that no session has used needs no memory of parties.
    private ulong _nextCounter;

    /// <summary>Remembers a party that another one replaces.</summary>
    public void Note(RemoteParty party)
    {
        _nextCounter = party.Session.NextCounter;
        if (_former.Count == Capacity) { _former.RemoveAt(0); }

        _former.Add((party.Id, party.Session.Received));
    }

    /// <summary>Has a new session go on where the ones before it stopped.</summary>
    public void Resume(RemoteParty party)
    {
        party.Session.NextCounter = _nextCounter;
        int index = _former.FindIndex(former => former.Party == party.Id);
        if (index < 0) { return; }

        party.Session.Received = _former[index].Received;
        _former.RemoveAt(index);
    }
}
