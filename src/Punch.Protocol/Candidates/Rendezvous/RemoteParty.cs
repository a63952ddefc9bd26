using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Frames;
using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>The peer: its newest hello, where the servers see it, and the keys shared with it.</summary>
internal sealed class RemoteParty : IDisposable
{
    private readonly HelloOpener _opener;

    private RemoteParty(HelloOpener opener, Hello hello, SealedSession session)
    {
        _opener = opener;
        Hello = hello;
        Session = session;
    }

    public PartyId Id => _opener.Party;

    public Hello Hello { get; private set; }

    public SealedSession Session { get; }

    /// <summary>Where a server sees it over IPv4, and which.</summary>
    public Sighting? V4 { get; private set; }

    /// <summary>Where a server sees it over IPv6, and which.</summary>
    public Sighting? V6 { get; private set; }

    /// <summary>Takes in what a server told of a party that is not known yet.</summary>
    public static HelloError TryCreate(
        MeetingKeys keys, EphemeralKey mine, PartyId myParty, in PeerEntry entry, [MaybeNull] out RemoteParty party)
    {
        party = null;
        var opener = new HelloOpener(keys, myParty, PartyId.FromBytes(entry.Party));
        HelloError error = opener.Open(entry.Sealed, out Hello? hello);
        if (error == HelloError.None)
        {
            bool isKey = SealedSession.TryCreate(keys, mine, myParty, opener.Party, hello!.PublicKey.Span, out SealedSession? session);
            if (isKey)
            {
                party = new RemoteParty(opener, hello, session!);
                return HelloError.None;
            }

            error = HelloError.Malformed;
        }

        opener.Dispose();
        return error;
    }

    /// <summary>Takes in a newer hello; false when it is not newer or not whole. The key of a party never changes.</summary>
    public bool TryUpdate(in PeerEntry entry)
    {
        if (_opener.Open(entry.Sealed, out Hello? hello) != HelloError.None) { return false; }

        Hello = hello!;
        return true;
    }

    /// <summary>Takes in where a server sees it; false when that is known.</summary>
    public bool TrySee(in PeerEntry entry, TransportAddress server)
    {
        bool isNew = false;
        if (entry.V4 is { } v4 && v4 != V4?.Address)
        {
            V4 = new Sighting(v4, server);
            isNew = true;
        }

        if (entry.V6 is { } v6 && v6 != V6?.Address)
        {
            V6 = new Sighting(v6, server);
            isNew = true;
        }

        return isNew;
    }

    public void Dispose()
    {
        _opener.Dispose();
        Session.Dispose();
    }

    /// <summary>Where a server sees the peer.</summary>
    public readonly record struct Sighting(TransportAddress Address, TransportAddress Server);
}
