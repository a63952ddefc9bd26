using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Frames;
using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>The peer: its newest hello, where the servers see it, and the keys shared with it.</summary>
internal sealed class RemoteParty : IDisposable
{
    private readonly HelloOpener _opener;
    private ReadOnlyMemory<byte> _sessionKey;

    private RemoteParty(HelloOpener opener, Hello hello)
    {
        _opener = opener;
        Hello = hello;
    }

    public PartyId Id => _opener.Party;

    public Hello Hello { get; private set; }

    /// <summary>The revision of its newest hello.</summary>
    public uint Revision => _opener.Revision;

    /// <summary>The session with it; null before the first <see cref="Begin"/>.</summary>
    public SealedSession? Session { get; private set; }

    /// <summary>Whether the session is with the key that its newest hello names.</summary>
    public bool IsSessionCurrent => Hello.PublicKey.Span.SequenceEqual(_sessionKey.Span);

    /// <summary>Where a server sees it over IPv4, and which.</summary>
    public Sighting? V4 { get; private set; }

    /// <summary>Where a server sees it over IPv6, and which.</summary>
    public Sighting? V6 { get; private set; }

    /// <summary>Takes in what a server told of a party that is not known yet. It has no session.</summary>
    public static HelloError TryCreate(MeetingKeys keys, PartyId myParty, in PeerEntry entry, [MaybeNull] out RemoteParty party)
    {
        party = null;
        var opener = new HelloOpener(keys, myParty, PartyId.FromBytes(entry.Party));
        HelloError error = opener.Open(entry.Sealed, out Hello? hello);
        if (error == HelloError.None) { party = new RemoteParty(opener, hello!); }
        else { opener.Dispose(); }

        return error;
    }

    /// <summary>Goes on with a session with the key of its newest hello; a former session is over for good.</summary>
    public void Begin(SealedSession session)
    {
        Session?.Dispose();
        Session = session;
        _sessionKey = Hello.PublicKey;
    }

    /// <summary>Takes in a newer hello; false when it is not newer or not whole. It may name another key.</summary>
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
        Session?.Dispose();
    }

    /// <summary>Where a server sees the peer.</summary>
    public readonly record struct Sighting(TransportAddress Address, TransportAddress Server);
}
